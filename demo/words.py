"""What the demo's reports and results say. Invented; names nobody."""

import random

_SPOTS = (
    "3号楼东侧", "小区南门", "菜市场门口", "幼儿园北门", "公交站旁", "5号楼2单元楼道", "沿街商铺前", "健身广场",
    "地下车库入口", "河边步道", "学校围墙外", "十字路口西北角", "卫生室旁", "快递驿站门口", "停车场内", "文化广场",
)  # fmt: skip

_REPORTS: dict[str, tuple[str, ...]] = {
    "C0": (
        "{spot}{what}损坏，存在隐患，请尽快处理。",
        "巡查发现{spot}的{what}缺失，已临时围挡。",
        "{spot}{what}松动，影响通行。",
    ),
    "E01": (
        "{spot}存在{what}情况，影响环境。",
        "居民反映{spot}{what}，气味较大。",
        "巡查发现{spot}{what}，面积约十平方米。",
    ),
    "E02": ("{spot}发现{what}，需清理。", "{spot}一带{what}较多。"),
    "E03": ("{spot}旁工地{what}，居民反映强烈。", "{spot}施工点{what}，请核查。"),
    "E04": ("{spot}{what}，影响出行，请尽快处置。", "{spot}突发{what}，已设警示。"),
    "E05": ("{spot}{what}，堵塞通道。", "{spot}每天傍晚{what}，请规范。"),
    "E06": ("{spot}{what}，影响通行。",),
    "D": ("两户居民因{what}问题产生矛盾，需上门调解。", "居民反映{what}纠纷，双方情绪较激动，请协助调解。"),
    "S": ("{spot}存在{what}，请整改。", "巡查发现{spot}{what}，已口头提醒。"),
    "V": ("居民提出{what}需求，请网格员上门。", "一户居民需要{what}，行动不便。"),
    "P": ("{spot}{what}，物业多日未处理。", "居民反映{spot}{what}，请协调物业。"),
    "H": (
        "来电反映{what}问题，请核实答复。",
        "来电咨询{what}有关政策，希望尽快回复。",
        "来电求助：{what}，已多次反映。",
    ),
}

_RESULTS = {
    "C0": ("已联系养护人员更换，恢复正常。", "已修复并复查，隐患消除。"),
    "E": ("已现场清理完毕，并向周边商户宣传。", "已安排人员清理，现场恢复整洁。", "已责令整改，现场复查合格。"),
    "D": ("已组织双方调解，达成一致，后续回访。", "经社区调解员上门，双方互谅，签订协议。"),
    "S": ("隐患已整改，复查合格。", "已当场消除隐患，并对居民做安全提示。"),
    "V": ("已上门办理，居民满意。", "已联系有关部门办理，并告知居民。"),
    "P": ("已督促物业完成维修。", "物业已处理，居民确认。"),
    "H": ("已与来电人联系并答复，来电人表示理解。", "已核实处理，并电话告知来电人。"),
}

_ROADS = (
    "建设路", "太白楼路", "红星路", "共青团路", "济安桥路", "金宇路", "洸河路", "琵琶山路", "供销路",
    "解放路", "任城路", "车站街", "吴泰闸路",
)  # fmt: skip

NOTES = {
    "extension": ("配件已下单，预计三日内到货后安装。", "需物业配合停用设备，已约定时间。"),
    "suspension": ("等待厂家工程师到场检修，已设置警示标识。", "需专业设备进场，已联系厂家并告知居民。"),
    "verify": ("现场复核，处置到位。", "照片与现场一致。", ""),
    "rework": ("现场仍有残留，请继续处理。", "处置不彻底，照片看不清。"),
    "strike_off": ("情况属实，同意销号。", "已核实解决。", ""),
    "close": ("已告知居民。", "居民确认解决。", ""),
    "return": ("经核实不属于本单位职责范围。", "位置不明确，无法找到现场。"),
    "reject": ("此事项不在受理范围，已告知反映人。",),
    "void": ("重复登记，作废。",),
    "explain": ("经解释说明，反映人表示理解。",),
    "dispatch": ("请尽快到现场处理。", ""),
}


def report(code: str, name: str, rng: random.Random) -> str:
    return rng.choice(_of(_REPORTS, code)).format(spot=rng.choice(_SPOTS), what=name)


def result(code: str, rng: random.Random) -> str:
    return rng.choice(_of(_RESULTS, code))


def note(about: str, rng: random.Random) -> str:
    return rng.choice(NOTES[about])


def address(rng: random.Random) -> str:
    return f"{rng.choice(_ROADS)}{rng.randrange(1, 200)}号"


def caller(rng: random.Random) -> tuple[str, str]:
    """Return a caller's name and a telephone number that cannot be dialled."""
    name = rng.choice("王张李刘孙陈杨赵徐孔") + rng.choice(("先生", "女士"))
    return name, f"12{rng.randrange(10**9):09d}"


def _of(texts: dict[str, tuple[str, ...]], code: str) -> tuple[str, ...]:
    return next(choices for prefix, choices in texts.items() if code.startswith(prefix))


REVIEW = {
    "question": "工地扬尘涉及施工、渣土运输和道路保洁，由谁牵头、如何配合。",
    "place": "镇街三楼会议室",
    "minutes": "1. 住建局：已要求施工单位落实围挡和喷淋。\n2. 生态环境分局：近三日监测数值偏高。\n"
    "3. 综合执法局：夜间渣土车存在未密闭情况。",
    "decision": "由住建局牵头督促工地整改，生态环境分局监测，综合执法局查处渣土车，三日内见效。",
}
WHISTLE = {
    "subject": "店外经营联合整治",
    "words": "该路段店外经营反复，请到场联合劝导、清理。",
    "place": "沿街商铺前",
    "report": "已到场，现场核查经营者证照三家，责令两家限期改正。",
}
ENDINGS = {
    "merge": "与在办事项为同一问题。",
    "again": "另一居民反映同一问题：{text}",
    "basis": "《物业管理条例》及本小区管理规约",
    "said": "已上门说明：该诉求涉及业主共有部分，须经业主共同决定，并告知申请程序。",
    "agreed": "政策依据清楚，同意解释办结。",
    "rated": "回访：反映人称问题仍在，不满意。",
    "reopen": "问题未彻底解决，请到现场重新处理并当面回复。",
}
