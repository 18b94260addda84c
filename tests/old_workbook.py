"""An old workbook (.xls, BIFF8), packed: nothing that is still kept up writes the kind.

Its sheet has three rows of texts, one of a date and a number, and two merged cells.
"""

import base64
import zlib

_PACKED = (
    r"c-rk)Pe@cj82`=N_jcck?yjbRX0ixbnL@6IBCxffq(iH=l37A&yM>s4SnFU!ndT{iAPAB!f*rb8Uiw23b@Lz?c?g0)i%!uYDC(fTzWH{Z>1N"
    r"<k3C8<9=9`&szTeEe`R3nyFDJ97hsO$Lkb>QCVczn>y+|i0c<oF8RBl-^X~!l7%fXt0*Ca=}4Lr%3@JJs@f6qX}ef<SV;2ni#bR*K$84s=^_"
    r"HrLugzQ5VNrBs>@gbjkmBaER%XKX8vE@^i)vUS3vWje{#ZgR#Bc(glEIy(YbD0ma-iOS2!<q`@VO-AQOV>rx*1(=bTg#a>R#2p8Vg%&Sns{e"
    r"CA@hFRK?cxEDDUVfkHw~uOU@p_S1Sm7u~+r;prc=1y#VRIFV%Z~qc_Qksrnn54)nn~!HZ;&oLsH*To9pivp6Q5&Vfp&nz9-ws;#YVq-aNLci"
    r"aVWwa4G=JLQ3>ym_F0tpC&DN_>l6XruWQ(jg+JBhgH&r-_n<!NSPK;I1gGlZx#E!fcS$CijoPlKmr#*HtFT82p^h=G7IT7nr^K`PISJy6|z<"
    r"^zoUIJXto$7lDP#l0jr2?D{}w5m3sEZ7ln_)(xC4V3|u(pW>3bJeAl#z&2O7w1nEJWK4xOFG_Er^x(((M@570!&@mmS~GJ#cl3357{zqb#fU"
    r"GT0hEa{F?37faoCQ9+J)Y-%>QLaGPQu}yQPj#KjzpKpz)AM=H%#zg`B3wO0vZ=Y{6`ovKP$O7jlwqD7Ll?TVu9c*(W{YS;$GYso1U*_C+m&b"
    r"vYOs7b++1L&{#~H(A=6&aHWsg^^<MjM_5PSbX5#>zt>%hn9l}va7U{|3n5HIB?*=fddB)9Q-*1-#L>vY<XWZ)ScU-{_D(9n0J1Y{I@uSE_%+"
    r"=N98_rQk+0<TJvW;3}M$LR>-mc7fLiz>j|`@mHW}2_WY%9FtPZ3R!j{1y(N@x`}67a^B=eW1K%O(*Z"
)


def old_workbook() -> bytes:
    return zlib.decompress(base64.b85decode(_PACKED))
