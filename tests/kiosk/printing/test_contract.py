"""What every printer must do, run on each of them: print once, say what is wrong, work again when it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.errors import WorldError
from kiosk.ports import SlipPrinter
from kiosk.printing.escpos import EscposPrinter, connector, encode
from kiosk.printing.faults import HEALTHY
from kiosk.printing.pdf import PdfPrinter
from kiosk.printing.picture import draw
from kiosk.printing.registry import NoPrinter, make_printer
from kiosk.printing.virtual import Trouble, VirtualPrinter
from kiosk.settings import Settings
from kiosk.settings.hall import Printing
from tests.kiosk.printing.drawing import HEIGHT, StripeRaster
from tests.kiosk.printing.paper import PaperServer, decode
from tests.kiosk.printing.test_layout import SLIP, ZONE

WIDTH = 576
RASTER = StripeRaster()
OTHER = replace(SLIP, label="C003")


@dataclass
class Bench:
    """A printer, how many slips came out, and how to break and mend it."""

    printer: SlipPrinter
    count: Callable[[], int]
    troubles: dict[Trouble, Callable[[], None]] = field(default_factory=dict)
    recover: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


def virtual(folder: Path) -> Bench:
    printer = VirtualPrinter(ZONE, folder, RASTER, WIDTH)
    troubles = {t: (lambda t=t: printer.suffer(t)) for t in Trouble if t is not Trouble.SLOW}
    return Bench(printer, lambda: len(printer.slips), troubles, printer.recover)


def pdf(folder: Path) -> Bench:
    return Bench(PdfPrinter(ZONE, folder, RASTER, WIDTH), lambda: len(list(folder.glob("*.pdf"))))


def network(folder: Path) -> Bench:
    server = PaperServer()
    printer = EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), RASTER, WIDTH)
    plugged = [True]

    def unplug() -> None:
        server.unplug()
        plugged[0] = False

    def recover() -> None:
        server.trouble = None
        if not plugged[0]:
            server.plug_in()
            plugged[0] = True

    def close() -> None:
        if plugged[0]:
            server.unplug()

    by_status = (Trouble.PAPER_OUT, Trouble.PAPER_LOW, Trouble.COVER_OPEN)
    troubles: dict[Trouble, Callable[[], None]] = {t: (lambda t=t: setattr(server, "trouble", t)) for t in by_status}
    return Bench(printer, lambda: len(server.slips), troubles | {Trouble.UNPLUGGED: unplug}, recover, close)


def device_file(folder: Path) -> Bench:
    path = folder / "lp0"
    folder.mkdir()
    path.touch()
    printer = EscposPrinter(connector(f"file:{path}"), RASTER, WIDTH)
    out: list[bytes] = []

    def count() -> int:
        out.append(path.read_bytes() if path.exists() else b"")
        path.write_bytes(b"")
        return sum(len(decode(data)) for data in out)

    return Bench(printer, count, {Trouble.UNPLUGGED: path.unlink}, path.touch)


BENCHES = {"virtual": virtual, "pdf": pdf, "network": network, "file": device_file}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = BENCHES[request.param](tmp_path / "slips")
    yield made
    made.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """The loopback printer sees the end of a connection a moment after we closed it."""
    from time import sleep

    for _ in range(500):
        if condition():
            return
        sleep(0.01)
    raise AssertionError("the slip never came out")


def test_a_slip_comes_out_once(bench: Bench) -> None:
    assert bench.printer.health() == HEALTHY
    bench.printer.print_slip(SLIP)
    wait_for(lambda: bench.count() == 1)
    assert bench.printer.health() == HEALTHY


def test_two_slips_are_two_slips(bench: Bench) -> None:
    bench.printer.print_slip(SLIP)
    wait_for(lambda: bench.count() == 1)
    bench.printer.print_slip(OTHER)
    wait_for(lambda: bench.count() == 2)


STOPPING = (Trouble.PAPER_OUT, Trouble.COVER_OPEN, Trouble.UNPLUGGED)
CAN_FAIL = [(kind, trouble) for kind in ("virtual", "network") for trouble in STOPPING] + [("file", Trouble.UNPLUGGED)]


@pytest.mark.parametrize(("bench", "trouble"), CAN_FAIL, indirect=["bench"])
def test_a_fault_is_named_with_its_remedy_and_is_over_when_mended(bench: Bench, trouble: Trouble) -> None:
    bench.troubles[trouble]()
    with pytest.raises(WorldError) as caught:
        bench.printer.print_slip(SLIP)
    assert caught.value.code == trouble.value
    assert caught.value.remedy
    assert bench.printer.health() == trouble.value
    bench.recover()
    assert bench.printer.health() == HEALTHY
    bench.printer.print_slip(SLIP)
    wait_for(lambda: bench.count() == 1)


@pytest.mark.parametrize("bench", ["virtual", "network"], indirect=True)
def test_little_paper_still_prints_and_lights_the_lamp(bench: Bench) -> None:
    bench.troubles[Trouble.PAPER_LOW]()
    bench.printer.print_slip(SLIP)
    wait_for(lambda: bench.count() == 1)
    assert bench.printer.health() == Trouble.PAPER_LOW.value


@pytest.mark.parametrize("make", [virtual, pdf])
def test_a_disk_that_refuses_is_named(make: Callable[[Path], Bench], tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        make(tmp_path / "slips").printer.print_slip(SLIP)
    assert caught.value.code == "printer_disk"


def test_the_printer_gets_exactly_the_pixels_that_were_drawn() -> None:
    server = PaperServer()
    EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), RASTER, WIDTH).print_slip(SLIP)
    wait_for(lambda: len(server.slips) == 1)
    server.unplug()
    assert server.slips[0] == (WIDTH // 8, HEIGHT, RASTER.raster(SLIP, WIDTH)[2])


def test_a_width_that_is_no_multiple_of_eight_keeps_its_rows() -> None:
    rows = RASTER.raster(SLIP, 203)[2]
    assert decode(b"".join(encode(203, HEIGHT, rows))) == [(26, HEIGHT, rows)]


def test_a_printer_that_answers_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.printing.escpos.ANSWER_S", 0.05)
    server = PaperServer(silent=True)
    printer = EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), RASTER, WIDTH)
    printer.print_slip(SLIP)
    wait_for(lambda: len(server.slips) == 1)
    assert printer.health() == HEALTHY
    server.unplug()


@pytest.mark.parametrize("device", ["usb:04b8:0202", "serial:COM3:19200"])
def test_a_connection_without_its_library_or_device_says_so(device: str) -> None:
    with pytest.raises(WorldError) as caught:
        EscposPrinter(connector(device), RASTER, WIDTH).print_slip(SLIP)
    assert caught.value.code in {"printer_driver", "printer_unplugged"}


def test_the_picture_is_black_on_white_and_the_files_carry_no_more_than_the_number(tmp_path: Path) -> None:
    VirtualPrinter(ZONE, tmp_path, RASTER, WIDTH).print_slip(SLIP)
    assert {path.name for path in tmp_path.iterdir()} == {"20261122-A012.png", "20261122-A012.txt"}
    first = RASTER.raster(SLIP, WIDTH)[2][0]
    with Image.open(tmp_path / "20261122-A012.png") as image:
        assert image.size == (WIDTH, HEIGHT)
        row = [image.getpixel((x, 0)) for x in range(8)]
    assert [0 if first >> (7 - x) & 1 else 255 for x in range(8)] == row
    assert draw(RASTER, SLIP, WIDTH).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("kind", "device", "name"),
    [("none", "", "none"), ("virtual", "", "virtual"), ("pdf", "", "pdf"), ("escpos", "file:/dev/usb/lp0", "escpos")],
)
def test_the_setting_chooses_the_printer(tmp_path: Path, kind: str, device: str, name: str) -> None:
    settings = replace(Settings(), printing=replace(Printing(), kind=kind, device=device))
    assert make_printer(settings, RASTER, tmp_path).name == name


def test_a_terminal_without_printer_says_so() -> None:
    with pytest.raises(WorldError, match="no ticket printer"):
        NoPrinter().print_slip(SLIP)
    assert NoPrinter().health() == "printer_none"
