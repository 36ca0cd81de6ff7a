"""A raster for tests: stripes derived from the label, so that each slip draws differently and can be recognised."""

from __future__ import annotations

import hashlib

from kiosk.model.ticket import TicketSlip

HEIGHT = 500


class StripeRaster:
    """Implements ``ports.SlipRaster``."""

    def raster(self, slip: TicketSlip, width_px: int) -> tuple[int, int, bytes]:
        digest = hashlib.sha256(slip.label.encode()).digest()
        stride = (width_px + 7) // 8
        return width_px, HEIGHT, b"".join(bytes([digest[row % 32]]) * stride for row in range(HEIGHT))
