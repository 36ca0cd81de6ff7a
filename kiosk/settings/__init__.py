"""Settings of one installation: declared in ``spec`` and ``hall``, read by ``read``,
written by ``write``, aged by ``upgrade``.
"""

from kiosk.settings.hall import CounterSetting
from kiosk.settings.read import FILE_NAME, load
from kiosk.settings.spec import Settings, demo_settings
from kiosk.settings.write import write, write_default

__all__ = ["FILE_NAME", "CounterSetting", "Settings", "demo_settings", "load", "write", "write_default"]
