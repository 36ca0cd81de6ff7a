"""What every printer must do, run on each of them: print once, say what is wrong, work again when it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from kiosk.errors import WorldError
from kiosk.ports import SlipPrinter
from kiosk.printing.escpos import EscposPrinter, as_picture, as_text, connector, encode
from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error
from kiosk.printing.layout import lay_out
from kiosk.printing.pdf import PdfPrinter
from kiosk.printing.picture import draw
from kiosk.printing.registry import NoPrinter, make_printer
from kiosk.printing.system import SystemPrinter
from kiosk.printing.virtual import Trouble, VirtualPrinter
from kiosk.settings import Settings
from kiosk.settings.hall import Printing
from tests.kiosk.printing.drawing import HEIGHT, StripeRaster
from tests.kiosk.printing.paper import PaperServer, decode, read_text
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
    printer = EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), as_picture(RASTER, WIDTH))
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
    printer = EscposPrinter(connector(f"file:{path}"), as_picture(RASTER, WIDTH))
    out: list[bytes] = []

    def count() -> int:
        out.append(path.read_bytes() if path.exists() else b"")
        path.write_bytes(b"")
        return sum(len(decode(data)) for data in out)

    return Bench(printer, count, {Trouble.UNPLUGGED: path.unlink}, path.touch)


class Queue:
    """Implements ``ports.PrintQueue``: keeps the pages, fails on command."""

    def __init__(self) -> None:
        self.pages: list[tuple[int, int, bytes]] = []
        self.fault: PrinterFault | None = None

    def put(self, width: int, height: int, rows: bytes) -> None:
        if self.fault is not None:
            raise fault_error(self.fault)
        self.pages.append((width, height, rows))

    def health(self) -> str:
        return self.fault.value if self.fault else HEALTHY


def system(folder: Path) -> Bench:
    queue = Queue()
    faults = {Trouble.QUEUE: PrinterFault.QUEUE, Trouble.OFFLINE: PrinterFault.OFFLINE}
    troubles = {t: (lambda fault=fault: setattr(queue, "fault", fault)) for t, fault in faults.items()}
    printer = SystemPrinter(queue, RASTER, WIDTH)
    return Bench(printer, lambda: len(queue.pages), troubles, lambda: setattr(queue, "fault", None))


BENCHES = {"virtual": virtual, "pdf": pdf, "network": network, "file": device_file, "system": system}


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
CAN_FAIL = [(kind, trouble) for kind in ("virtual", "network") for trouble in STOPPING] + [
    ("file", Trouble.UNPLUGGED),
    ("system", Trouble.QUEUE),
    ("system", Trouble.OFFLINE),
    *(("virtual", trouble) for trouble in (Trouble.OFFLINE, Trouble.BROKEN, Trouble.DISK, Trouble.DRIVER)),
]


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
    EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), as_picture(RASTER, WIDTH)).print_slip(SLIP)
    wait_for(lambda: len(server.slips) == 1)
    server.unplug()
    assert server.slips[0] == (WIDTH // 8, HEIGHT, RASTER.raster(SLIP, WIDTH)[2])


def test_a_width_that_is_no_multiple_of_eight_keeps_its_rows() -> None:
    rows = RASTER.raster(SLIP, 203)[2]
    assert decode(b"".join(encode(203, HEIGHT, rows))) == [(26, HEIGHT, rows)]


def test_a_printer_that_answers_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.printing.escpos.ANSWER_S", 0.05)
    server = PaperServer(silent=True)
    printer = EscposPrinter(connector(f"network:127.0.0.1:{server.port}"), as_picture(RASTER, WIDTH))
    printer.print_slip(SLIP)
    wait_for(lambda: len(server.slips) == 1)
    assert printer.health() == HEALTHY
    server.unplug()


@pytest.mark.parametrize("device", ["usb:04b8:0202", "serial:COM3:19200"])
def test_a_connection_without_its_library_or_device_says_so(device: str) -> None:
    with pytest.raises(WorldError) as caught:
        EscposPrinter(connector(device), as_picture(RASTER, WIDTH)).print_slip(SLIP)
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
    [
        ("none", "", "none"),
        ("virtual", "", "virtual"),
        ("pdf", "", "pdf"),
        ("escpos", "file:/dev/usb/lp0", "escpos"),
        ("system", "", "system"),
    ],
)
def test_the_setting_chooses_the_printer(tmp_path: Path, kind: str, device: str, name: str) -> None:
    settings = replace(Settings(), printing=replace(Printing(), kind=kind, device=device))
    assert make_printer(settings, RASTER, Queue(), tmp_path).name == name


def test_a_terminal_without_printer_says_so() -> None:
    with pytest.raises(WorldError, match="no ticket printer"):
        NoPrinter().print_slip(SLIP)
    assert NoPrinter().health() == "printer_none"


def test_a_slow_printer_with_little_paper_keeps_the_slip_until_it_goes_on() -> None:
    printer = VirtualPrinter(ZONE)
    printer.suffer(Trouble.SLOW, Trouble.PAPER_LOW)
    waiting = Thread(target=printer.print_slip, args=(SLIP,))
    waiting.start()
    assert printer.health() == Trouble.PAPER_LOW.value
    assert not printer.slips
    printer.suffer(Trouble.PAPER_LOW)
    waiting.join()
    assert [slip.label for slip in printer.slips] == ["A012"]


def test_paper_that_ends_while_a_slow_slip_waits_is_told() -> None:
    printer, told = VirtualPrinter(ZONE), []

    def attempt() -> None:
        with pytest.raises(WorldError) as caught:
            printer.print_slip(SLIP)
        told.append(caught.value.code)

    printer.suffer(Trouble.SLOW)
    waiting = Thread(target=attempt)
    waiting.start()
    printer.suffer(Trouble.PAPER_OUT)
    waiting.join()
    assert told == ["printer_paper_out"] and not printer.slips


RARE = replace(SLIP, centre="䶮城𠮷祥职工诉求服务中心第一分中心（临时）", label="A10023")


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_text_mode_says_the_same_as_the_picture_and_fits_the_paper(width: int, language: str) -> None:
    slip = replace(RARE, language=language)
    printed = read_text(b"".join(as_text(ZONE, width)(slip)))
    words = "".join(line.text for line in printed.lines).replace(" ", "")
    wanted = [line.text.replace(" ", "") for line in lay_out(slip, ZONE) if hasattr(line, "text")]
    assert all(text in words for text in wanted)
    assert all(line.columns * line.times <= width // 12 for line in printed.lines)
    assert [line.text for line in printed.lines if line.times == max(one.times for one in printed.lines)] == ["A10023"]
    assert printed.codes == [slip.query_url] and printed.cut


def test_text_mode_is_small_enough_for_a_slow_line() -> None:
    assert len(b"".join(as_text(ZONE, WIDTH)(SLIP))) < 1024
