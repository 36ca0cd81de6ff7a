"""Six ways of equal weight lead to a number; each bad case leads on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize

from kiosk.identify import qr
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.ticket import TicketState
from kiosk.model.visit import Method, Proof, VisitState
from kiosk.services.tickets import Standing
from recognition.types import Gate, Stage, Verdict
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import BOOKING, CARD, CODE, PERSON, SLIP, UNBOOKED
from ui.touch.state import Page

SURE = Verdict(
    Stage.DECIDED, False, hint=FaceHint(HintKind.SURE, PERSON, 0.8, 0.2, Liveness.CHALLENGED, synthetic=False)
)
STRANGER = Verdict(
    Stage.DECIDED, False, hint=FaceHint(HintKind.UNKNOWN, None, 0.1, 0.0, Liveness.NONE, synthetic=False)
)


def go(front: Front, method: Method) -> None:
    """From the first page to the services by one way."""
    front.tap(f"way_{method.value}")
    if method is Method.STAFF_NUMBER:
        front.type("0001")
    elif method in (Method.QR, Method.ID_CARD):
        front.wedge(CODE if method is Method.QR else CARD)
    elif method is Method.FACE:
        front.worker.see(SURE)
    front.tap("go" if method in (Method.ASSISTED, Method.ANONYMOUS) else "yes")
    assert front.page is Page.SERVICES


def take(front: Front) -> None:
    """From the services to the number."""
    front.tap("group_pay")
    front.tap("service_101")
    assert front.page is Page.TICKET


def taps_to_number(front: Front, method: Method) -> int:
    front.presenter.start_over()
    front.taps = 0
    go(front, method)
    take(front)
    return front.taps


def test_every_way_takes_the_same_number_of_taps(front: Front) -> None:
    taps = {method: taps_to_number(front, method) for method in Method}
    assert max(taps.values()) - min(taps.values()) <= 1, taps


@pytest.mark.parametrize(
    ("method", "state", "proof"),
    [
        (Method.STAFF_NUMBER, VisitState.IDENTIFIED, Proof.NUMBER),
        (Method.QR, VisitState.IDENTIFIED, Proof.NUMBER),
        (Method.ID_CARD, VisitState.IDENTIFIED, Proof.CARD),
        (Method.FACE, VisitState.IDENTIFIED, Proof.FACE_LIVE),
        (Method.ASSISTED, VisitState.ANONYMOUS, Proof.NONE),
        (Method.ANONYMOUS, VisitState.ANONYMOUS, Proof.NONE),
    ],
)
def test_the_visit_keeps_how_strong_the_proof_is(front: Front, method: Method, state: VisitState, proof: Proof) -> None:
    go(front, method)
    (visit,) = front.centre.visits.values()
    assert (visit.method, visit.state, visit.proof) == (method, state, proof)


def test_the_tiles_weigh_the_same(front: Front) -> None:
    sizes: set[tuple[int, int]] = set()
    for method in Method:
        size: QSize = front.find(f"way_{method.value}").size()
        sizes.add((size.width(), size.height()))
    assert max(w for w, _ in sizes) - min(w for w, _ in sizes) <= 1
    assert max(h for _, h in sizes) - min(h for _, h in sizes) <= 1


def test_without_the_face_module_its_tile_is_not_there(cold: Front) -> None:
    cold.presenter.connect(cold.centre.services(), None)
    assert not cold.has("way_face")
    assert cold.has("way_staff_number")


def test_taps_before_the_store_is_ready_are_done_when_it_is(cold: Front) -> None:
    cold.tap("way_staff_number")
    cold.type("0001")
    assert cold.page is Page.NUMBER
    assert "正在启动" in cold.reads()
    cold.presenter.connect(cold.centre.services(), None)
    assert cold.page is Page.CONFIRM
    assert "正在启动" not in cold.reads()


def test_an_unknown_number_is_said_kindly_and_can_be_typed_again(front: Front) -> None:
    front.tap("way_staff_number")
    front.type("9999")
    assert front.page is Page.NUMBER
    assert "没有找到这个工号" in front.reads()
    front.presenter.arriving.erase(everything=True)
    front.type("0001")
    assert front.page is Page.CONFIRM
    assert "王*" in front.reads()


def test_the_camera_opens_only_on_a_press_and_closes_after(front: Front) -> None:
    assert front.worker.open == ""
    front.tap("way_face")
    assert front.worker.open == "face"
    assert "相机已开启" in front.reads()
    front.tap("back")
    assert front.worker.open == ""


def test_hints_are_kind_and_a_synthetic_source_is_marked(front: Front) -> None:
    front.tap("way_face")
    for gate, words in ((Gate.TOO_FAR, "请再靠近一点"), (Gate.SEVERAL, "请一位一位来")):
        front.worker.see(Verdict(Stage.SEARCHING, True, gate=gate))
        assert words in front.reads()
    assert front.state.camera is not None
    assert front.state.camera.synthetic


@pytest.mark.parametrize(
    ("gate", "words"), [(Gate.NO_FACE, "没有看到您"), (Gate.SEVERAL, "镜头前有好几位"), (Gate.BLURRED, "没有识别出来")]
)
def test_nobody_waits_before_the_camera_for_ever_and_is_told_why(front: Front, gate: Gate, words: str) -> None:
    front.tap("way_face")
    front.worker.see(Verdict(Stage.SEARCHING, True, gate=gate))
    front.wait(25)
    assert front.page is Page.OTHER_WAY
    assert words in front.reads()


@pytest.mark.parametrize("how", ["unknown", "timeout", "unplugged", "no_camera", "not_me"])
def test_when_the_face_does_not_work_every_other_way_is_there(front: Front, how: str) -> None:
    front.tap("way_face")
    if how == "unknown":
        front.worker.see(STRANGER)
    elif how == "timeout":
        front.wait(25)
    elif how == "unplugged":
        front.worker.unplug()
    elif how == "no_camera":
        front.presenter.arriving._camera_broke(RuntimeError())  # type: ignore[arg-type]
    else:
        front.worker.see(SURE)
        front.tap("no")
        assert ("reject", PERSON) in front.centre.calls
    assert front.page is Page.OTHER_WAY
    assert front.worker.open == ""
    assert "失败" not in front.reads()
    assert all(front.has(f"way_{method.value}") for method in Method)


def test_an_unsure_match_asks_for_the_last_digits(front: Front) -> None:
    front.centre.face_kind = HintKind.ASK
    front.tap("way_face")
    front.worker.see(SURE)
    assert front.page is Page.DIGITS
    assert "王*" not in front.reads()
    front.type("1234")
    assert "对不上" in front.reads()
    front.type("0001")
    assert front.page is Page.SERVICES


def test_three_wrong_guesses_end_the_asking(front: Front) -> None:
    front.centre.face_kind = HintKind.ASK
    front.tap("way_face")
    front.worker.see(SURE)
    for _ in range(3):
        front.type("1234")
    assert front.page is Page.OTHER_WAY


def test_a_code_can_be_read_by_the_camera_without_a_face_model(front: Front) -> None:
    front.tap("way_qr")
    front.tap("open_camera")
    assert front.worker.open == "code"
    assert "只读二维码" in front.reads()
    front.worker.code = CODE
    front.clock.seconds += 2
    front.worker.picture()
    assert front.page is Page.CONFIRM
    assert front.worker.open == ""


def test_changing_ones_mind_begins_again_without_the_first_choice(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    front.tap("back")
    go(front, Method.ANONYMOUS)
    states = [visit.state for visit in front.centre.visits.values()]
    assert states == [VisitState.RESET, VisitState.ANONYMOUS]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("https://example.org", "这个二维码不是本中心的"),
        ("x" * 400, "这个二维码不是本中心的"),
        (f"{CODE[:-1]}?", "二维码没有读完整"),
        (BOOKING[:-1] + ("0" if BOOKING[-1] != "0" else "1"), "二维码没有读完整"),
        (UNBOOKED, "没有找到这个预约码"),
        ("R1:staff:DEMO-9999:" + qr.check_character("DEMO-9999"), "没有找到对应的信息"),
        (SLIP.replace("LN001", "LN002"), "另一个中心"),
        (SLIP[:-1] + "0", "号码和查询码对不上"),
    ],
)
def test_what_is_shown_to_the_scanner_is_answered_by_its_kind(front: Front, shown: str, words: str) -> None:
    front.tap("way_qr")
    front.wedge(shown)
    assert front.page is Page.QR
    assert words in front.reads()
    front.wedge(CODE)
    assert front.page is Page.CONFIRM


@pytest.mark.parametrize("laid", ["123", CARD[:-1] + ("0" if CARD[-1] != "0" else "1"), "https://example.org"])
def test_a_card_that_cannot_be_read_may_be_laid_again(front: Front, laid: str) -> None:
    front.tap("way_id_card")
    front.wedge(laid)
    assert "没有读到身份证" in front.reads()
    front.wedge(CARD)
    assert front.page is Page.CONFIRM


def test_full_width_digits_are_the_same_digits(front: Front) -> None:
    front.tap("way_staff_number")
    for digit in "０００１":
        front.presenter.arriving.digit(digit)
    assert front.page is Page.CONFIRM


def test_full_width_card_numbers_are_read_too(front: Front) -> None:
    front.tap("way_id_card")
    front.presenter.arriving.typed(CARD.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    front.presenter.arriving.entered()
    assert front.page is Page.CONFIRM


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TicketState.WAITING, "前面还有 3 位"),
        (TicketState.CALLED, "请到 1 号窗口"),
        (TicketState.SERVING, "1 号窗口正在为您办理"),
        (TicketState.HELD, "不用重新排队"),
        (TicketState.DONE, "已经办完"),
        (TicketState.EXPIRED, "已经失效"),
    ],
)
def test_a_slip_tells_how_it_stands_and_names_nobody(front: Front, state: TicketState, words: str) -> None:
    front.centre.standing = Standing("A012", state, 3, "1")
    front.tap("way_qr")
    front.wedge(SLIP)
    assert front.page is Page.STANDING
    assert words in front.reads()
    assert not front.has("report")
    assert front.state.proposal is None
    assert front.centre.visits == {}


def test_whoever_missed_the_call_reports_again_by_the_slip(front: Front) -> None:
    front.centre.standing = Standing("A012", TicketState.PASSED, 0, None)
    front.tap("way_qr")
    front.wedge(SLIP)
    front.tap("report")
    assert "前面还有 3 位" in front.reads()


def test_whoever_missed_too_many_calls_is_told_to_take_a_new_number(front: Front) -> None:
    front.centre.standing, front.centre.rechecks = Standing("A012", TicketState.PASSED, 0, None), 0
    front.tap("way_qr")
    front.wedge(SLIP)
    front.tap("report")
    assert "请重新取号" in front.reads()
    front.tap("done")
    assert front.page is Page.ATTRACT


def test_a_slip_says_nothing_about_who_one_is(front: Front) -> None:
    front.tap("authorisations")
    front.tap("way_qr")
    front.wedge(SLIP)
    assert front.page is Page.QR
    assert "不说明您是谁" in front.reads()


def test_whom_the_match_named_by_mistake_is_told_to_the_system_not_kept(front: Front) -> None:
    front.tap("way_face")
    front.worker.see(SURE)
    front.tap("no")
    front.tap("way_staff_number")
    front.type("0001")
    front.tap("yes")
    assert ("not_me", (PERSON,)) in front.centre.calls
    front.tap("start_over")
    assert front.presenter.arriving._not_me == []


def test_a_hanging_store_is_not_asked_again_and_again(front: Front) -> None:
    front.tasks.hold()
    front.wait(25)
    assert front.tasks.held is not None and len(front.tasks.held) == 1
    front.tasks.flush()
    front.tasks.hold()
    front.wait(6)
    assert front.tasks.held is not None and len(front.tasks.held) == 1
