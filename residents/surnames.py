"""Which Chinese surnames have two characters; masking and pinyin both ask."""

_ALL = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生左丘东门西门第五梁丘"
)
DOUBLE = frozenset(_ALL[start : start + 2] for start in range(0, len(_ALL), 2))


def split(name: str) -> tuple[str, str]:
    """Part a Chinese name into surname and given name; a name of two characters has a surname of one."""
    length = 2 if len(name) > 2 and name[:2] in DOUBLE else 1
    return name[:length], name[length:]
