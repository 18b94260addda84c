"""Is a reply an answer? It says what was done or why not, by whom, when, and whom to ask; in words that people use.

Pure: text in, findings out. A refusal is a reply that answers nothing (“已转相关部门”); nobody may send it. A warning
is something that a good answer usually says or leaves out; the reviewer may send it nevertheless, with a reason. The
rules are made by hand after reading real replies (tests/hotline/test_plainness.py measures them on 2,816): they must
let every real answer pass, so that a formula which they do not know is left to the reviewer.
"""

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from residents import private_numbers
from residents.reading import narrow

LONGEST_SENTENCE = 90
"""Characters between two full stops; replies to residents are read on phones."""
SHORTEST = 8
"""Characters that say something, greetings and formulas left out."""
LONGEST_BARE = 160
"""Nothing longer is taken for a bare formula: it is for the reviewer to read."""
LONGEST = 2000
"""What an order's one answer holds (workorders/facts.py)."""


class Code(models.TextChoices):
    EMPTY = "empty", _("There is no reply.")
    BARE = "bare", _("It only says that the matter was received or passed on. Say what was done, or why nothing is.")
    TOO_LONG = "too_long", _("It is longer than 2,000 characters.")
    PRIVATE = "private", _("It holds an identity number or a resident's mobile number. Leave it out.")
    NO_DEED = "no_deed", _("It does not say what was done, found out or decided.")
    NO_WHEN = "no_when", _("It does not say when.")
    NO_WHO = "no_who", _("It does not say which unit did it.")
    NO_CONTACT = "no_contact", _("It does not say whom to ask: add a phone number or a place.")
    LONG_SENTENCE = "long_sentence", _("A sentence is longer than 90 characters. Make two of it.")
    JARGON = "jargon", _("It uses words of the office. Say it in everyday words.")


REFUSALS = frozenset({Code.EMPTY, Code.BARE, Code.TOO_LONG, Code.PRIVATE})


@dataclass(frozen=True)
class Finding:
    """One thing to mend; `where` quotes the words of the reply that it is about."""

    code: Code
    where: str = ""

    @property
    def is_refusal(self) -> bool:
        return self.code in REFUSALS


_SPACE = re.compile(r"[\s\u3000\xa0]+")
_GREETING = re.compile(
    r"(尊敬的)?[“\"‘']?(网友|市民|居民|群众|来电人|来信人|UU\d+|先生|女士|同志|朋友)[^，。：:！!]{0,16}[：:，,！!]?(您?你?好)?[！!，,。：:]*"
    r"|^[“\"]UU\d+[”\"][：:]?|[您你]好[！!，,。：:]*"
)
_CLOSING = re.compile(
    r"(特此(回复|答复|说明|告知)|(再次|衷心|非常)?感谢(您|你)[^。！!，,；;]*|祝(您|你)[^。！!，,；;]*|谢谢[^。！!，,]{0,20}|欢迎[^。！!，,]*监督[^。！!，,]*)[。！!]*"
)
_FORMULA = (
    # received
    r"(您|你)?的?(来信|来电|来访|来邮|邮件|函件|信件|帖子|网帖|留言|诉求|问题|情况|建议|意见)?(我们|我局|我委|本单位)?"
    r"(均|都)?(已经?|均已|现已|业已)?(收悉|收到|知悉|知晓|获悉|受理|登记|记录|阅悉|阅)(了)?",
    # passed on
    r"(我们|我[办局委部厅站]|本?单位|已|经|现|均|都|将|会|立即|第一时间|及时|把|您|你|所|反映|提出|咨询|提|的|上述|以上|问题|情况|诉求|留言|建议|意见|事项|内容|来[信电帖函邮]|"
    r"帖[子文]|网帖|相关|有关|针对|对|关于|在平台|在本网|等|分别|一并|并)*"
    r"(转交|转给|转至|转到|转达|转办|转由|转发|转(?=[^动让移换变向弯正学诊型产账运载租包化])|交办|交由|交有关|移交|上报|报送|呈送|批转|汇报|发函|函告)"
    r"(?![^，。；！!,;]{0,40}(完毕|到位|修好|解决了|已解决|已整改|已恢复))[^，。；！!,;]{0,40}",
    r"(进行)?(调查|核实|核查|核处|处理|办理|办复|核办|研究|处置|答复|回复|反馈|、|并|和)+(您|你)?",
    r"待[^，。；！!]{0,16}后[^，。；！!]{0,10}(回复|答复|告知|反馈|联系)(您|你)?|(办理|处理|调查|核实)(的)?(结果|情况)[^，。；！!]{0,24}",
    # will
    r"(我们|我局|我委|相关部门|有关部门|部门|街道)?(将|会|一定|正在|正|尽快|及时|抓紧|认真|高度重视|积极|进一步|依法|加快|并|予以|进行|做好|组织|安排|督促)+"
    r"(予以|进行)?(处理|办理|研究|核实|调查|处置|解决|落实|答复|回复|跟进|关注|改进|考虑|协调|推进|重视|回复您|答复您)+(您|你|的|此事|该问题|工作|中|之中)*",
    r"(如有|有)(进展|结果|消息)[^，。；！!]{0,12}(将|会)?[^，。；！!]{0,10}(回复|答复|告知|反馈|联系)(您|你)?",
    r"(请|敬请|恳请)(您|你)?(耐心|放心|理解|谅解|继续|关注|等待|等候|留意|配合|支持)+[^，。；！!]{0,12}",
    r"(现将|现就|现)[^，。；！!]{0,16}(回复|答复|反馈|说明)如下",
    r"(高度重视|非常重视|十分重视)",
    r"(有关情况|具体情况|情况|现)?(回复|答复|反馈)如下",
)
_FORMULAS = re.compile("|".join(f"(?:{formula})" for formula in _FORMULA))
_LEFT = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_EMPTY_WORDS = re.compile(
    r"对|于|就|关于|针对|您|你|的|了|已|经|我们|我局|并|且|也|此|该|问题|事项|情况|诉求|留言|来信|反映|所|提|以上|上述|收悉|谢谢|感谢|支持|理解|关注|"
    r"相关|有关|部门|单位|尽快|及时|处理|办理"
)

_DEED = re.compile(
    r"(已|已经|现已|目前|均|及时|立即|迅速|进行|进行了|组织|安排|派|要求|责令|督促|完成|开展|启动|实施|采取)[^。！!；;]{0,30}"
    r"(修复|维修|更换|清理|清运|清除|拆除|整改|整治|查处|处罚|恢复|安装|建设|施工|铺设|改造|疏通|发放|退还|支付|办结|完成|解决|到位|"
    r"巡查|检查|执法|约谈|停工|下达|下发|协调|沟通|联系|处理|调查|核实|勘查|查看|走访|了解|核查|审批|招标|开工|开通|规划|纳入|列入|研究|制定)"
    r"|经[^。！!]{0,24}(调查|核实|了解|核查|查证|查阅|查询|研究|核对|勘查|查看|走访|沟通|协调|检查|证实|测量|检测|调阅|摸排|询问|座谈|对接)"
    r"|(根据|按照|依据|依照|按)[^。！!]{2,50}(规定|办法|条例|政策|文件|通知|法|规划|要求|意见|方案|标准|细则|精神|批复|会议|纪要|有关|合同|协议|章程)"
    r"|(属于|不属于|不予|不符合|符合|可以|可|应当|须|需|不能|无法|暂未|尚未|没有|未)[^。！!]{2,}"
    r"|(计划|预计|拟|将于|将在|争取|力争)[^。！!]{0,30}(年|月|日|底|前|完成|启动|实施|建成|开工|开通)"
    r"|(一、|二、|1[、.．]|（一）|第一)"
)
_NUMERAL = "0-9０-９一二三四五六七八九十○〇零两"
_WHEN = re.compile(
    rf"[{_NUMERAL}]{{2,4}}年|[{_NUMERAL}]{{1,3}}月|[{_NUMERAL}]{{1,3}}[日号](?!楼|线|栋)"
    rf"|(?:19|20)\d{{2}}[-/.]\d{{1,2}}|今年|去年|明年|本月|上月|下月|本周|下周|近日|日前|当日|当天|次日|目前|现已|今天|昨天|昨日|今日|[上下]午"
    rf"|[{_NUMERAL}]+个?(工作日|天|周|星期|小时|个?月|年)(内|后|前)|年底|月底|季度|上半年|下半年|即日起|已于|截至|国庆|春节|元旦|节前|节后"
)
_WHO = re.compile(
    r"[\u4e00-\u9fffA-Z0-9]{0,12}(局|委|办|处|科|所|院|队|站|厅|部|馆|会|镇|乡|街道|社区|村|学校|中学|小学|大学|公司|中心|政府|法院|公安|交警|派出所|物业|医院|集团|银行|单位)"
    r"|我[区市县]|我司|我校|我镇|本人"
)
_CONTACT = re.compile(
    r"\d{3,4}[-—–－ ]?\d{7,8}|1\d{10}|\b12[0-9]{3}\b"
    r"|(电话|热线|手机|咨询|联系|致电|拨打|来电)[^。]{0,14}[0-9０-９*×xX]{3,}"
    r"|(到|前往|可到|可去|请到|在|与|向)[^。，]{2,40}(咨询|反映|办理|联系|投诉|举报|查询|窗口|申请|面谈|了解)|联系人|联系电话|联系方式|网址|网站|www\.|http|邮箱|QQ|微信|公众号"
)
_OFFICE_PHONE = re.compile(r"(电话|热线|手机|联系|拨打|致电|咨询)[^。；;\d]{0,16}$")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
JARGON = (
    *(
        "属地管理",
        "属地原则",
        "压实责任",
        "闭环",
        "抓手",
        "赋能",
        "常态化机制",
        "长效机制",
        "统筹推进",
        "综合施策",
        "齐抓共管",
        "联防联控",
    ),
    *(
        "条块结合",
        "点位长",
        "网格化覆盖",
        "研判",
        "会商研处",
        "按程序报批",
        "阅处",
        "酌处",
        "妥处",
        "办复",
        "函复",
        "呈批",
        "签批",
        "转办",
        "督办单",
    ),
    *(
        "高位推动",
        "靶向",
        "颗粒度",
        "对标对表",
        "走深走实",
        "见底清零",
        "底数",
        "台账",
        "销号",
        "提质增效",
        "依法依规处置",
    ),
)
_JARGON = re.compile("|".join(JARGON))
_HTML = re.compile(r"<[^>]{1,40}>|&[a-z]+;|_x000D_")


def check(text: str) -> list[Finding]:
    """Return what is to be mended before this goes to a resident, refusals first."""
    clean = _SPACE.sub(" ", _HTML.sub(" ", text)).strip()
    if not clean:
        return [Finding(Code.EMPTY)]
    found = [Finding(Code.TOO_LONG)] if len(text.strip()) > LONGEST else []
    if private := _private(clean):
        found.append(Finding(Code.PRIVATE, private))
    if is_bare(clean):
        return [Finding(Code.BARE, _short(clean)), *found]
    for code, pattern in (
        (Code.NO_DEED, _DEED),
        (Code.NO_WHEN, _WHEN),
        (Code.NO_WHO, _WHO),
        (Code.NO_CONTACT, _CONTACT),
    ):
        if not pattern.search(clean):
            found.append(Finding(code))
    return [*found, *_style(text)]


def is_bare(text: str) -> bool:
    """Say whether nothing is left once greetings, thanks and formulas are taken away."""
    rest = re.sub("《[^》]*》", "", _SPACE.sub("", text))
    if len(rest) > LONGEST_BARE:
        return False
    rest = _CLOSING.sub("。", _GREETING.sub("", rest))
    rest = _FORMULAS.sub("", rest)
    rest = re.sub(
        r"[\d〇○一二三四五六七八九十]{2,4}年\d{0,2}[\d一二三四五六七八九十]*月?[\d一二三四五六七八九十]*日?", "", rest
    )
    return len(_EMPTY_WORDS.sub("", _LEFT.sub("", rest))) < SHORTEST


def refusals(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.is_refusal]


def warnings(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.is_refusal]


def _private(text: str) -> str:
    """Return the beginning of a number that is somebody's own; an office's number has its word before it."""
    plain = narrow(text)
    if found := private_numbers.IDENTITY.search(plain):
        return f"{found[0][:3]}…"
    for found in private_numbers.MOBILE.finditer(plain):
        if not _OFFICE_PHONE.search(plain[: found.start()][-20:]):
            return f"{found[0][:3]}…"
    return ""


def _style(text: str) -> list[Finding]:
    found = []
    longest = max((part.strip() for part in _SENTENCE.findall(_HTML.sub(" ", text))), key=len, default="")
    if len(longest) > LONGEST_SENTENCE:
        found.append(Finding(Code.LONG_SENTENCE, _short(longest)))
    if words := list(dict.fromkeys(_JARGON.findall(text))):
        found.append(Finding(Code.JARGON, "、".join(words[:5])))
    return found


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
