"""Web pages of a fictional discipline-inspection site, with all that surrounds an article."""
from html import escape

from . import source as sources

NAV = ("网站首页", "信息公开", "要闻动态", "审查调查", "巡视巡察", "监督曝光", "党纪法规", "互动交流")
NEIGHBOURS = (
    "关于召开全市巡察工作会议的通知", "市委巡察机构公开选调工作人员公告", "巡察整改“回头看”怎么看", "一图读懂巡察工作条例",
    "市委巡察组进驻公告及联系方式", "强化监督合力 护航民生实事", "警惕“小切口”背后的大问题", "从严管理干部 坚决纠治不正之风",
)
SCRIPT = (
    "function doZoom(size){var c=document.getElementById('zoom');if(c){c.style.fontSize=size+'px';}}"
    "var _stat=_stat||[];_stat.push(['pv','article']);"
)
STYLE = (
    "body{{margin:0;font:14px/1.8 宋体,SimSun,serif;color:#333}}.nav li{{float:left;list-style:none;padding:0 12px}}"
    ".side{{float:right;width:240px}}#zoom{{width:{width}px;font-size:16px}}.title{{text-align:center;color:#c00}}"
)


def make(source):
    """The bytes of the document as .html, encoded as its meta element says."""
    charset = ("utf-8", "gb2312")[source.pick("encoding", 2)]
    text = document(source, charset)
    if charset == "gb2312":
        return text.encode("gbk", "xmlcharrefreplace")
    return text.encode("utf-8")


def document(source, charset):
    """The whole page."""
    title = escape(source.title, quote=False)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<meta name="keywords" content="巡察,反馈,整改" />
<title>{title}_清风东澜网</title>
<style type="text/css">{STYLE.format(width=700 + 20 * source.pick("width", 5))}</style>
<script type="text/javascript">{SCRIPT}</script>
</head>
<body>
<div class="top"><div class="logo"><a href="/"><img src="/images/logo.png" alt="清风东澜网" /></a></div>
<ul class="nav">{"".join(f'<li><a href="/col{n}/index.html">{name}</a></li>' for n, name in enumerate(NAV))}</ul></div>
<div class="crumb">您的位置：<a href="/">网站首页</a> &gt; <a href="/col4/index.html">巡视巡察</a> &gt; {section(source)}</div>
<div class="side"><h3>相关链接</h3><ul>{links(source, "side", 4)}</ul></div>
<div class="main">
{heading(source, title)}
<div id="zoom" class="content">
{body(source)}
</div>
<div class="func"><a href="javascript:window.print()">【打印】</a> <a href="javascript:window.close()">【关闭】</a></div>
<div class="near">上一篇：{link(source, 0)}<br />下一篇：{link(source, 1)}</div>
</div>
<div class="foot"><p>主办单位：中共东澜市纪律检查委员会　东澜市监察委员会　技术支持：东澜市信息中心</p>
<p>版权所有：清风东澜网　网站标识码：0000000000　未经授权禁止转载</p></div>
<script type="text/javascript">doZoom(16);</script>
</body>
</html>
"""


def section(source):
    """The column of the site the page stands in."""
    return {"feedback": "巡察反馈", "rectification": "巡察整改", "notice": "通知公告"}.get(source.genre, "巡察工作")


def link(source, which):
    """A link to the article before (0) or after (1)."""
    title = NEIGHBOURS[(source.pick("near", len(NEIGHBOURS)) + which) % len(NEIGHBOURS)]
    return f'<a href="/art/{source.year()}/{1000 + source.pick("number", 8000) + 2 * which}.html">{title}</a>'


def links(source, place, n):
    """A list of links, no title twice."""
    start = source.pick(place, len(NEIGHBOURS))
    titles = [NEIGHBOURS[(start + k) % len(NEIGHBOURS)] for k in range(n)]
    return "".join(f'<li><a href="/art/{source.year()}/{2000 + k}.html">{title}</a></li>' for k, title in enumerate(titles))


def heading(source, title):
    """Title, date line and the font-size switch over an article."""
    hits = 100 + source.pick("hits", 4000)
    return (
        f'<h1 class="title">{title}</h1>\n<div class="info">发布时间：{source.day()}　来源：市委巡察办　浏览次数：{hits}　'
        '字号：[ <a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(16)">中</a> '
        '<a href="javascript:doZoom(14)">小</a> ]</div>'
    )


def body(source):
    """The article in one of four habits of markup."""
    habit = source.pick("markup", 4)
    blocks = [b for b in source.blocks() if b.kind != "title"]
    if habit == 3:
        return "<br />\n".join(table(b.rows) if b.kind == "table" else "　　" + inline(source, b, None) for b in blocks)
    return "\n".join(block_html(source, b, n, habit) for n, b in enumerate(blocks))


def block_html(source, block, n, habit):
    """One block: indented by style, by fullwidth spaces or by &nbsp;."""
    if block.kind == "table":
        return table(block.rows)
    if block.kind == "sign":
        return f'<p style="text-align: right;">{inline(source, block, n)}</p>'
    if habit == 0:
        return f'<p style="text-indent: 2em;">{inline(source, block, n)}</p>'
    if habit == 1:
        return f"<p>　　{inline(source, block, n)}</p>"
    return f"<div>&nbsp;&nbsp;&nbsp;&nbsp;{inline(source, block, n)}</div>"


def inline(source, block, n):
    """A paragraph's text; headings are strong, some editors leave spans in mid-sentence."""
    if block.kind in ("h1", "h2", "h3"):
        return f"<strong>{escape(block.text, quote=False)}</strong>"
    if source.pick("spans", 2) and n is not None:
        return "".join(
            f'<span style="font-family:仿宋_GB2312;font-size:16pt">{escape(piece, quote=False)}</span>'
            for piece in sources.pieces(block.text, f"{source.id}/{n}", 20, 60)
        )
    return escape(block.text, quote=False)


def table(rows):
    """A table with borders; its first row is the head."""
    body_rows = ["<tr>" + "".join(f"<td>{escape(c, quote=False)}</td>" for c in row) + "</tr>" for row in rows]
    return '<table border="1" cellspacing="0">' + "\n".join(body_rows).replace("\\n", "<br />") + "</table>"
