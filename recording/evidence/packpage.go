package evidence

import (
	"bytes"
	"fmt"
	"html/template"
	"time"
)

// page is index.html: the pack for people, in Chinese and English. It has no
// script and refers to nothing outside of the pack. Times are of the zone, each
// with how far it is from UTC.
func (p *Pack) page(zone *time.Location) ([]byte, error) {
	t, err := template.New(pageFile).Funcs(template.FuncMap{
		"time":   func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05 -07:00") },
		"length": func(ms int64) string { return fmt.Sprintf("%d:%02d", ms/60000, ms/1000%60) },
	}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return b.Bytes(), nil
}

const pageText = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>回访录音归档 · Recordings</title>
<style>
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1f2328}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #c9ced6;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f3f5f8}dt{font-weight:600}dd{margin:0 0 .4rem}code{font-family:ui-monospace,monospace;font-size:.85em;word-break:break-all}
audio{width:16rem;max-width:100%}
</style>
<h1>回访录音归档 <span lang="en">Recordings of call-backs</span></h1>
<dl>
<dt>制作 <span lang="en">Made</span></dt><dd>{{time .MadeAt}} · {{.MadeBy}}{{with .Reason}} · {{.}}{{end}}</dd>
{{with .Period}}<dt>期间（含起，不含止） <span lang="en">Period (from, before)</span></dt><dd>{{time .From}} – {{time .To}}</dd>{{end}}
{{with .Filing}}<dt>备案 <span lang="en">Filing</span></dt><dd>{{.Authority}} · {{.Reference}} · {{.LegalBasis}} · {{.Contents}} · {{.TakenBy}}</dd>{{end}}
<dt>卷 <span lang="en">Volume</span></dt><dd>{{.Volume}}{{if .Last}}（最后一卷 <span lang="en">the last</span>）{{end}}</dd>
<dt>日志 <span lang="en">Log of evidence</span></dt><dd><code>{{.Log}}</code>，{{.Size}} 条 <span lang="en">leaves</span></dd>
</dl>
<p>左声道为我方，右声道为客户。本页仅供阅读；证明以 <code>leaves.jsonl</code> 为准，核验方法见 <code>README.txt</code>。<br>
<span lang="en">The left channel is our side, the right one the customer's. This page is for reading; what proves is
<code>leaves.jsonl</code>. How to verify: <code>README.txt</code>.</span></p>
<table>
<thead><tr><th>时间 <span lang="en">Time</span><th>方向 <span lang="en">Way</span><th>坐席 <span lang="en">Agent</span><th>客户 <span lang="en">Customer</span><th>项目 <span lang="en">Program</span><th>结果 <span lang="en">Outcome</span><th>时长 <span lang="en">Length</span><th>录音 <span lang="en">Recording</span></tr></thead>
<tbody>
{{range .Calls}}<tr><td>{{time .StartedAt}}<td>{{.Direction}}<td>{{.Agent}}<td>{{.Customer}}<td>{{.Program}}<td>{{.Outcome}}<td>{{length .DurationMs}}<td>{{if .Audio}}<audio controls preload="none" src="{{.Audio}}"></audio><br><a href="{{.Audio}}"><code>{{.Recording}}</code></a>{{if .Origin}}<br><strong>在其他线路录制，证据等级较低 / made on another line, evidence of a lesser class: {{.Origin}}</strong>{{end}}{{else}}{{.Why}}{{end}}{{if $.HasPage .ID}}<br><a href="calls/{{.ID}}.html">小结与事件 <span lang="en">record and events</span></a>{{end}}</tr>
{{end}}</tbody>
</table>
</html>
`

const readme = `回访录音归档：如何核验
======================

1. 核验须用日志的公钥。公钥应由您另行取得（例如制作归档之前书面交付），不能取自本归档。
2. 运行：  huifang verify --pack <本目录或各卷所在目录> --key '<公钥>'
   末行为 VERIFIED 即通过；否则逐条列出不符之处。
3. 不信任本程序者，可按公开的格式说明（源代码 docs/protocols/evidence.md）自行编写核验程序。
   证明所需全部在本目录：
   pack.json / pack.txt   目录及其签名          checkpoint.txt      签名的日志状态
   leaves.jsonl           事实与包含证明        checkpoints/        更早的日志状态
   calls/                 各通话的小结与事件（供阅读）
   consistency.jsonl      前后一致的证明        audio/              录音（双声道 G.711 WAV，左：我方；右：客户）

Recordings of call-backs: how to verify
=======================================

1. You need the public key of the log. Get it on another way than in this pack, for example in writing, beforehand.
2. Run:  huifang verify --pack <this directory, or the one with all volumes> --key '<public key>'
   VERIFIED in the last line means that all fits; else it lists what does not.
3. Whoever does not trust this program can write a verifier from the published format (docs/protocols/evidence.md of
   the source). All that the proof needs is here:
   pack.json / pack.txt   contents, signed      checkpoint.txt      signed state of the log
   leaves.jsonl           facts with proofs     checkpoints/        earlier states
   consistency.jsonl      each goes on from     audio/              recordings (two-channel G.711 WAV; left: our side,
                          the one before                            right: the customer)
   calls/                 record and events of each call, for reading
`
