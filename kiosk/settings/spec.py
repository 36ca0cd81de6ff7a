"""Every setting, declared once: type, default, Chinese and English text, range. Owns no reading or writing.

To add a setting: add one line to the group it belongs to (its key is ``<group>.<name>``). Nothing else is
needed: reading, checking and the commented default file follow from the declaration. To rename or remove one,
also add a step to ``UPGRADES`` in ``upgrade.py`` so that files already on site keep working.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting means and which values it may take."""

    zh: str
    en: str
    within: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""


def setting(
    default: T,
    zh: str,
    en: str,
    *,
    within: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    pattern: str = "",
) -> T:
    """A dataclass field that carries its own rule; mypy sees the type of the default."""
    return field(default=default, metadata={"rule": Rule(zh, en, within, choices, pattern)})


@dataclass(frozen=True, slots=True)
class Profile:
    """安装 (this installation)"""

    demo: bool = setting(
        False, "演示安装：允许合成画面，并处处标明“演示”", "Demo: synthetic sources allowed, and marked so"
    )


@dataclass(frozen=True, slots=True)
class Centre:
    """服务中心 (the centre)"""

    code: str = setting(
        "LN001", "中心代码，写入每个编号", "Centre code, part of every number", pattern=r"[A-Z0-9]{2,12}"
    )
    name_zh: str = setting("演示职工诉求服务中心", "中心中文名称", "Name in Chinese", pattern=r".+")
    name_en: str = setting("Demo Employee Appeal Service Centre", "中心英文名称", "Name in English", pattern=r".+")
    company_zh: str = setting("演示省电力公司", "公司中文名称", "Company in Chinese", pattern=r".+")
    company_en: str = setting("Demo Provincial Power Company", "公司英文名称", "Company in English", pattern=r".+")
    hours: str = setting("08:30-17:00", "服务时间", "Opening hours", pattern=r"\d\d:\d\d-\d\d:\d\d")
    hotline: str = setting("000-0000000", "统一专线电话", "Hotline", pattern=r"[0-9 +-]{3,20}")
    officer: str = setting(
        "个人信息保护专员", "个人信息保护负责人（岗位或姓名）", "Personal information officer", pattern=r".+"
    )
    time_zone: str = setting("Asia/Shanghai", "时区", "Time zone (IANA name)", pattern=r"[A-Za-z_]+(/[A-Za-z_]+)*")

    def name(self, language: str) -> str:
        """The centre's name in ``language``."""
        return self.name_zh if language == "zh_CN" else self.name_en

    def company(self, language: str) -> str:
        """The company's name in ``language``."""
        return self.company_zh if language == "zh_CN" else self.company_en


@dataclass(frozen=True, slots=True)
class Terminal:
    """本机 (this machine)"""

    code: str = setting(
        "T1", "本机代码，中心内唯一", "Code of this machine, unique in the centre", pattern=r"[A-Z0-9]{1,8}"
    )
    fronts: tuple[str, ...] = setting(
        ("touch", "desk", "wall"), "本机打开的界面", "Fronts opened here", choices=("touch", "desk", "wall")
    )
    counter: str = setting(
        "1", "本机前台对应的窗口", "Counter that the desk on this machine serves", pattern=r"[A-Z0-9]{1,4}"
    )


@dataclass(frozen=True, slots=True)
class Store:
    """大厅数据库 (the hall store)"""

    url: str = setting(
        "",
        "留空则用本机加密数据库；多台机器时填 postgresql+psycopg://...",
        "Empty: encrypted database in the profile; several machines: postgresql+psycopg://...",
        pattern=r"|postgresql\+psycopg://.+",
    )
    subject_keys_url: str = setting(
        "",
        "多台机器时，个人密钥所在的另一个数据库（不进普通备份）",
        "Several machines: another database for the keys of persons (kept out of ordinary backups)",
        pattern=r"|postgresql\+psycopg://.+",
    )


@dataclass(frozen=True, slots=True)
class Sync:
    """与省中心同步 (synchronisation)"""

    server_url: str = setting(
        "", "省中心地址，留空则独立运行", "Central server; empty: stand-alone", pattern=r"|https?://.+"
    )
    push_seconds: int = setting(5, "上送间隔（秒）", "Seconds between pushes", within=(1, 3600))
    pull_seconds: int = setting(30, "下取间隔（秒）", "Seconds between pulls", within=(1, 3600))
    batch: int = setting(200, "每批事件数", "Events in one batch", within=(1, 1000))


@dataclass(frozen=True, slots=True)
class Ui:
    """界面 (screens)"""

    languages: tuple[str, ...] = setting(
        ("zh_CN", "en"), "可选语言，第一个为默认", "Languages, the first is the default", choices=("zh_CN", "en")
    )
    idle_warn_seconds: int = setting(
        60, "无操作多少秒后提醒", "Seconds without a touch before the warning", within=(20, 600)
    )
    idle_wipe_seconds: int = setting(
        80, "无操作多少秒后清空", "Seconds without a touch before everything is wiped", within=(40, 900)
    )
    elder_factor: int = setting(3, "长辈模式下的时间倍数", "Times are multiplied by this in elder mode", within=(1, 10))


@dataclass(frozen=True, slots=True)
class Desk:
    """接待台 (the desk)"""

    card_clear_seconds: int = setting(
        20, "办结后多少秒清除资料卡", "Seconds until the card clears after the end", within=(5, 120)
    )
    idle_lock_minutes: int = setting(
        5, "无操作多少分钟后锁定", "Minutes without input before the desk locks", within=(1, 60)
    )
    lease_minutes: int = setting(
        10, "锁定多少分钟后让出窗口", "Minutes a locked desk keeps its window", within=(1, 120)
    )
    session_hours: int = setting(10, "登录最长小时数", "Longest sign-in, hours", within=(1, 24))


@dataclass(frozen=True, slots=True)
class Calling:
    """叫号 (calling)"""

    recall_seconds: int = setting(20, "两次呼叫至少间隔（秒）", "Least seconds between two calls", within=(5, 300))
    recall_auto: int = setting(3, "自动呼叫次数", "Automatic calls", within=(1, 5))
    recall_max: int = setting(5, "最多呼叫次数", "Calls at most", within=(1, 9))
    pass_seconds: int = setting(
        90, "最后一次呼叫后多少秒过号", "Seconds after the last call until passed", within=(30, 900)
    )
    expire_minutes: int = setting(60, "过号多少分钟后作废", "Minutes until a passed number expires", within=(5, 480))
    hold_minutes: int = setting(30, "挂起最长分钟数", "Longest hold, minutes", within=(5, 240))
    recheck_back: int = setting(3, "重新报到后退几位", "Places back after checking in again", within=(0, 20))
    recheck_max: int = setting(2, "最多重新报到几次", "Check-ins after a pass, at most", within=(0, 9))
    priority_run: int = setting(
        2, "两个普通号之间最多几个优先号", "Priority numbers between two ordinary ones", within=(1, 5)
    )
    desk_silent_seconds: int = setting(
        60, "窗口失联多少秒后放回号码", "Seconds of silence before a desk counts as lost", within=(15, 900)
    )
    wait_history_hours: int = setting(
        3, "预计等待时间参考最近几小时", "Hours of service behind the wait estimate", within=(1, 12)
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """身份方式 (ways to identify)"""

    prefix: str = setting(
        "DEMO-", "工号固定前缀，屏幕上预先显示", "Fixed staff-number prefix", pattern=r"[A-Z0-9-]{0,8}"
    )
    digits: int = setting(4, "前缀后的数字位数", "Digits after the prefix", within=(3, 12))


@dataclass(frozen=True, slots=True)
class Face:
    """人脸（是否启用由启用登记决定，不在此设置） (face; switched on by an activation record only)"""

    camera: str = setting(
        "device:0",
        "画面来源：device:0、video:文件、folder:目录、demo",
        "Source: device:0, video:FILE, folder:DIR or demo",
        pattern=r"device:.+|video:.+|folder:.+|demo",
    )
    engine: str = setting(
        "sface",
        "识别引擎：sface、dlib，或 models add 给出的 名称@指纹",
        "Recognition engine: sface, dlib, or the name@fingerprint that `models add` printed",
        pattern=r"sface|dlib|[a-z][a-z0-9-]{1,30}@[0-9a-f]{12}",
    )
    ask_threshold: float = setting(
        0.40,
        "校准前：低于此相似度视为未识别（余弦）",
        "Until calibrated: cosine below this is unknown",
        within=(0.0, 1.0),
    )
    sure_threshold: float = setting(
        0.60,
        "校准前：登记时与他人的相似度高于此值，须当面核对证件（余弦）",
        "Until calibrated: whoever enrols and has a cosine above this with somebody else must show the card",
        within=(0.0, 1.0),
    )
    fpir: float = setting(
        0.001,
        "校准目标：未登记的人被直接认成他人的比例上限",
        "Calibration: share of strangers who may be taken for somebody",
        within=(0.0001, 0.01),
    )
    ask_fpir: float = setting(
        0.02,
        "校准目标：未登记的人被要求输入尾号的比例上限",
        "Calibration: share of strangers who may be asked for digits",
        within=(0.001, 0.1),
    )
    learn_views: bool = setting(
        False,
        "本人确认后补充特征（写入告知书，须重新启用并重新征得同意）",
        "Learn views from confirmed visits (stands in the notice: activate and ask for consent again)",
    )
    liveness: str = setting(
        "challenge",
        "活体检测：challenge 请本人转头或靠近；passive 不作要求，最多只问工号后四位",
        "Proof of life: challenge asks for movements; passive asks for none and at most for the digits",
        choices=("challenge", "passive"),
    )
    consent_months: int = setting(
        12, "同意的有效月数（同时写入告知书）", "Months a consent lasts (printed in the notice)", within=(1, 36)
    )
    unused_months: int = setting(6, "连续未使用多少月后删除", "Months unused before deletion", within=(1, 36))


@dataclass(frozen=True, slots=True)
class Printing:
    """号票打印机 (ticket printer)"""

    kind: str = setting("none", "打印机种类", "Kind of printer", choices=("none", "virtual", "pdf", "escpos"))
    device: str = setting(
        "",
        "escpos 的连接：network:地址:9100、usb:04b8:0202、serial:COM3:19200、file:/dev/usb/lp0",
        "Connection of escpos: network:HOST:9100, usb:04b8:0202, serial:COM3:19200, file:/dev/usb/lp0",
        pattern=r"|network:.+:\d+|usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|serial:.+:\d+|file:.+",
    )
    width_px: int = setting(
        576, "可打印宽度（点），80 毫米纸 576，58 毫米纸 384", "Printable dots: 576 or 384", within=(192, 1024)
    )
    timeout_seconds: int = setting(
        8, "多少秒没有打完就按故障处理", "Seconds until a slip counts as failed", within=(1, 60)
    )


@dataclass(frozen=True, slots=True)
class CounterSetting:
    """窗口 (one counter)"""

    code: str = setting("1", "窗口号", "Number of the window", pattern=r"[A-Z0-9]{1,4}")
    queues: tuple[str, ...] = setting(("A", "B"), "受理的号码字母", "Queue letters served", choices=tuple("ABCSG"))
    place: str = setting("", "不是编号窗口时访客应去的地方", "Where visitors go when it is not a numbered window")


DEFAULT_COUNTERS = (
    CounterSetting("1", ("A", "B")),
    CounterSetting("2", ("A", "B")),
    CounterSetting("3", ("C",), "Z2"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one installation, read once at start. Immutable: a change takes effect at the next start."""

    profile: Profile = Profile()
    centre: Centre = Centre()
    terminal: Terminal = Terminal()
    store: Store = Store()
    sync: Sync = Sync()
    ui: Ui = Ui()
    desk: Desk = Desk()
    calling: Calling = Calling()
    identity: Identity = Identity()
    face: Face = Face()
    printing: Printing = Printing()
    counters: tuple[CounterSetting, ...] = DEFAULT_COUNTERS


def rule_of(metadata: Mapping[str, object]) -> Rule:
    """The rule a field was declared with."""
    return cast(Rule, metadata["rule"])


def demo_settings() -> Settings:
    """The throw-away installation of ``make demo``: drawn feed, virtual printer, visible 演示 mark."""
    return Settings(
        profile=Profile(demo=True), face=Face(camera="demo"), printing=Printing(kind="virtual"), terminal=Terminal("K1")
    )
