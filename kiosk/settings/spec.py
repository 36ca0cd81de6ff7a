"""Every setting, declared once: type, default, Chinese and English text, range. Owns no reading or writing.

To add a setting: add one line to the group it belongs to (its key is ``<group>.<name>``). Nothing else is
needed: reading, checking and the commented default file follow from the declaration. To rename or remove one,
also add a step to ``UPGRADES`` in ``upgrade.py`` so that files already on site keep working.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.settings.hall import DEFAULT_COUNTERS, Calling, CounterSetting, Hall, Printing, Voice, Wall
from kiosk.settings.rule import setting

FRONTS = ("touch", "desk", "wall", "pad", "speaker")
"""What a terminal may open."""


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
        ("touch", "desk", "wall"),
        "本机打开的界面",
        "Fronts opened here",
        choices=FRONTS,
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
    public_url: str = setting(
        "",
        "号票二维码打开的公众网址，留空则二维码只供自助机读取",
        "Address that the ticket's QR code opens; empty: the code is for the kiosk only",
        pattern=r"|https?://[^/?#]+(/[^?#]*)?",
    )
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
    box: str = setting(
        "enter=next plus=recall minus=no_show asterisk=forward period=undo slash=pause",
        "呼叫盒（小键盘）的按键：键=动作，键名见 docs/operations.md",
        "Keys of the call box (numeric pad): key=action, names in docs/operations.md",
        pattern=r"|[a-z0-9]+=[a-z_]+( [a-z0-9]+=[a-z_]+)*",
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
class Settings:
    """All settings of one installation, read once at start. Immutable: a change takes effect at the next start."""

    profile: Profile = Profile()
    centre: Centre = Centre()
    terminal: Terminal = Terminal()
    store: Store = Store()
    sync: Sync = Sync()
    ui: Ui = Ui()
    desk: Desk = Desk()
    calling: Calling = field(default_factory=Calling)
    hall: Hall = field(default_factory=Hall)
    wall: Wall = field(default_factory=Wall)
    voice: Voice = field(default_factory=Voice)
    identity: Identity = Identity()
    face: Face = Face()
    printing: Printing = field(default_factory=Printing)
    counters: tuple[CounterSetting, ...] = DEFAULT_COUNTERS


def demo_settings() -> Settings:
    """The throw-away installation of ``make demo``: drawn feed, virtual printer, visible 演示 mark."""
    return Settings(
        profile=Profile(demo=True),
        face=Face(camera="demo"),
        printing=Printing(kind="virtual"),
        terminal=Terminal("K1"),
        wall=Wall(distance_m=1.0),  # a window on a desk, not a panel across a hall
    )
