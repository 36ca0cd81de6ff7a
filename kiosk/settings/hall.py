"""Settings of the hall: calling, seats, walls, voice, printing, counters. Declared as ``spec`` says at its top."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.settings.rule import setting


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
    group_max: int = setting(5, "集体来访一个号最多几人", "People at most with one group number", within=(2, 9))
    booking_early_minutes: int = setting(
        15, "预约号最早提前几分钟按时排队", "Minutes before the booked time a visitor may check in", within=(0, 120)
    )
    booking_late_minutes: int = setting(
        15, "预约号迟到几分钟内仍有效", "Minutes after the booked time a check-in is still good", within=(0, 120)
    )
    wish_minutes: int = setting(
        10, "指定窗口最多等几分钟，之后任何窗口可叫", "Minutes a number waits for the window it wants", within=(0, 120)
    )
    soon_ahead: int = setting(
        3, "前面还有几人时提醒准备", "People ahead when a visitor is told to get ready", within=(0, 9)
    )


@dataclass(frozen=True, slots=True)
class Hall:
    """大厅：座位、小服务、断线取号 (the hall: seats, small services, numbers while cut off)"""

    seat_minutes: int = setting(10, "座位预留几分钟", "Minutes a seat is kept", within=(1, 60))
    seat_free_minutes: int = setting(
        5, "叫号后几分钟释放座位", "Minutes after a call until the seat is free", within=(0, 60)
    )
    care_offer_minutes: int = setting(
        10, "等候几分钟后主动提供饮水等服务", "Minutes of waiting until small services are offered", within=(0, 120)
    )
    care_late_minutes: int = setting(
        5, "小服务几分钟未完成时提醒", "Minutes until an open small service is late", within=(1, 60)
    )
    care_offers: int = setting(
        2,
        "同时最多主动问候几位，0 表示不主动问候",
        "Visitors asked at once whether they need anything; 0: none",
        within=(0, 20),
    )
    robot_broker: str = setting(
        "",
        "机器人消息服务器，留空则由工作人员完成",
        "MQTT broker of the robot; empty: staff do it",
        pattern=r"|simulated|mqtts?://.+",
    )
    robot_topic: str = setting("reception", "机器人主题前缀", "MQTT topic prefix", pattern=r"[A-Za-z0-9_/-]{1,40}")
    robot_seconds: int = setting(
        60, "机器人多少秒无进展就交给工作人员", "Seconds without progress until staff take over", within=(10, 60)
    )
    cut_off_letter: str = setting(
        "X", "断线时的应急字母", "Letter of numbers given while cut off", pattern=r"[D-FH-RT-UW-XZ]"
    )
    cut_off_numbers: int = setting(50, "断线备用号码个数", "Numbers kept for being cut off", within=(0, 500))
    last_number_minutes: int = setting(
        15, "下班前几分钟停止取号", "Minutes before closing when no more numbers are given", within=(0, 240)
    )


@dataclass(frozen=True, slots=True)
class Wall:
    """大屏 (the wall on this machine)"""

    layout: str = setting(
        "auto", "版式", "Layout; auto follows the screen's shape", choices=("auto", "landscape", "portrait", "strip")
    )
    pages: tuple[str, ...] = setting(
        ("queue", "platform", "tips", "map", "notices"),
        "轮播页面",
        "Pages in turn",
        choices=("queue", "platform", "tips", "map", "notices", "media"),
    )
    page_seconds: int = setting(20, "每页秒数", "Seconds of each page", within=(15, 300))
    queues: tuple[str, ...] = setting(
        ("A", "B", "C", "S", "G"), "本屏显示的号码字母", "Queue letters shown here", choices=tuple("ABCSG")
    )
    window: str = setting(
        "",
        "只显示这个窗口（窗口屏），留空显示整个大厅",
        "Show this window only (the sign at a desk); empty: the whole hall",
        pattern=r"|[A-Z0-9]{1,4}",
    )
    distance_m: float = setting(8.0, "最远阅读距离（米）", "Farthest reader, metres", within=(1.0, 50.0))
    pitch_mm: float = setting(
        0.0,
        "点间距（毫米），0 表示由显示器得知",
        "Pixel pitch, millimetres; 0: as the display says",
        within=(0.0, 20.0),
    )
    media_volume: int = setting(30, "影片音量（百分比）", "Volume of films, per cent", within=(0, 100))


@dataclass(frozen=True, slots=True)
class Voice:
    """语音 (the loudspeaker on this machine)"""

    engine: str = setting("espeak", "语音：espeak 或 off", "Voice: espeak or off", choices=("espeak", "off"))
    languages: tuple[str, ...] = setting(
        ("zh_CN", "en"), "播报语言，按顺序", "Languages in speaking order", choices=("zh_CN", "en")
    )
    repeats: int = setting(1, "每次叫号播报几遍", "Times each call is spoken", within=(1, 3))
    words_per_minute: int = setting(150, "语速", "Words per minute", within=(90, 220))
    volume: int = setting(80, "音量（百分比）", "Volume, per cent", within=(0, 100))
    quiet_hours: str = setting(
        "12:00-13:30", "低音量时段，留空则没有", "Hours of low volume, empty: none", pattern=r"|\d\d:\d\d-\d\d:\d\d"
    )
    quiet_volume: int = setting(40, "低音量时段的音量", "Volume in those hours", within=(0, 100))
    queues: tuple[str, ...] = setting(
        ("A", "B", "C", "S", "G"),
        "本处播报的号码字母（分区）",
        "Queue letters spoken here (zone)",
        choices=tuple("ABCSG"),
    )


@dataclass(frozen=True, slots=True)
class Printing:
    """号票打印机 (ticket printer)"""

    kind: str = setting("none", "打印机种类", "Kind of printer", choices=("none", "virtual", "pdf", "escpos", "system"))
    device: str = setting(
        "",
        "escpos 的连接：network:地址:9100、usb:04b8:0202、serial:COM3:19200、file:/dev/usb/lp0",
        "Connection of escpos: network:HOST:9100, usb:04b8:0202, serial:COM3:19200, file:/dev/usb/lp0",
        pattern=r"|network:.+:\d+|usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|serial:.+:\d+|file:.+",
    )
    queue: str = setting(
        "",
        "system：操作系统中打印机的名称，留空为默认打印机",
        "system: the printer's name in the system; empty: its default",
    )
    mode: str = setting(
        "raster",
        "escpos：raster 按图像打印；text 按文字打印（很慢的串口用，需要打印机自带中文字库）",
        "escpos: raster prints a picture; text is for slow serial lines and needs a Chinese ROM",
        choices=("raster", "text"),
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
    skills: tuple[str, ...] = setting(("general",), "专长（服务目录的 skill）", "Skills, as named in the catalogue")


DEFAULT_COUNTERS = (
    CounterSetting("1", ("A", "B")),
    CounterSetting("2", ("A", "B")),
    CounterSetting("3", ("C",), "Z2"),
)
