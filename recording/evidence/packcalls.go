package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

const callsDir = "calls"

func callPage(id uuid.UUID) string { return callsDir + "/" + id.String() + ".html" }

// HasPage reports whether the pack has a page about a call.
func (p *Pack) HasPage(id uuid.UUID) bool {
	_, ok := p.Files[callPage(id)]
	return ok
}

// callPages writes a page for each call of a volume: what its leaves say, in the
// order of the log, for people (Rule S-03). A page grows by a section at a time,
// so that no volume has to be kept in memory.
type callPages struct {
	dir     string
	zone    *time.Location
	calls   map[string]uuid.UUID // by id of call, recording and record
	waiting map[string][]section // of records whose call is not known yet
	begun   map[uuid.UUID]bool
}

// section is a fact as people read it.
type section struct {
	Index        int64
	Title        words
	At           string
	Rows         []sectionRow
	kind, object string
}

type sectionRow struct {
	Name  words
	Value string
	Long  bool // JSON of an object
}

func newCallPages(dir string, zone *time.Location, calls []PackCall) (*callPages, error) {
	p := &callPages{dir: dir, zone: zone, calls: map[string]uuid.UUID{}, waiting: map[string][]section{}, begun: map[uuid.UUID]bool{}}
	for _, c := range calls {
		p.calls[c.ID.String()], p.calls[c.Recording.String()] = c.ID, c.ID
	}
	if err := os.RemoveAll(filepath.Join(dir, callsDir)); err != nil { // of a broken run
		return nil, err
	}
	return p, os.MkdirAll(filepath.Join(dir, callsDir), 0o750)
}

// add puts a fact on the page of its call; one that is of none of the volume's
// calls, such as a key, is on no page.
func (p *callPages) add(index int64, leaf, body string) error {
	t, err := parseLeaf(leaf)
	if err != nil {
		return fmt.Errorf("leaf %d: %w", index, err)
	}
	var fact map[string]any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber() // numbers as they are written
	if err := d.Decode(&fact); err != nil {
		return fmt.Errorf("fact of leaf %d: %w", index, err)
	}
	s := p.read(index, t, fact)
	if call, ok := p.owner(t, fact); ok {
		if strings.HasPrefix(t.Kind, "record.") {
			p.calls[t.Ref] = call
			for _, earlier := range p.waiting[t.Ref] {
				if err := p.write(call, earlier); err != nil {
					return err
				}
			}
			delete(p.waiting, t.Ref)
		}
		return p.write(call, s)
	}
	if t.Kind == "event.1" && fact["object_kind"] == "record" {
		p.waiting[s.object] = append(p.waiting[s.object], s)
	}
	return nil
}

func (p *callPages) owner(t leafText, fact map[string]any) (uuid.UUID, bool) {
	for _, name := range []string{"call_id", "recording_id", "id", "object_id"} {
		if id, ok := fact[name].(string); ok {
			if call, ok := p.calls[id]; ok {
				return call, true
			}
		}
	}
	call, ok := p.calls[t.Ref]
	return call, ok
}

// read turns a fact into words: what is said in it in a fixed order, what has no
// words under the name of its column, and nothing that is empty.
func (p *callPages) read(index int64, t leafText, fact map[string]any) section {
	s := section{Index: index, Title: titleOf(t.Kind), At: p.time(t.At), kind: t.Kind}
	s.object, _ = fact["object_id"].(string)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(fact)), func(n string) bool { return n == "salt" })
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	for _, n := range names {
		row := sectionRow{Name: nameOf(n)}
		switch v := fact[n].(type) {
		case nil:
		case string:
			row.Value = p.time(v)
		case map[string]any, []any:
			if b, err := json.Marshal(v); err == nil && len(b) > 2 {
				row.Value, row.Long = string(b), true
			}
		default:
			row.Value = fmt.Sprint(v)
		}
		if row.Value != "" {
			s.Rows = append(s.Rows, row)
		}
	}
	return s
}

// time shows a text that is a time in the zone of the reader.
func (p *callPages) time(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return t.In(p.zone).Format("2006-01-02 15:04:05.000 -07:00")
}

func (p *callPages) write(call uuid.UUID, s section) error {
	var b bytes.Buffer
	if !p.begun[call] {
		p.begun[call] = true
		if err := callHead.Execute(&b, call); err != nil {
			return err
		}
	}
	if err := callSection.Execute(&b, s); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(p.dir, filepath.FromSlash(callPage(call))), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	if _, err = f.Write(b.Bytes()); err != nil {
		_ = f.Close() // the first error counts
		return err
	}
	return f.Close()
}

// finish gives the pages with their hashes.
func (p *callPages) finish(files map[string]PackFile) error {
	for call := range p.begun {
		path := filepath.Join(p.dir, filepath.FromSlash(callPage(call)))
		if err := syncFile(path); err != nil {
			return err
		}
		f, err := hashFile(path)
		if err != nil {
			return err
		}
		files[callPage(call)] = f
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close() // the first error counts
		return err
	}
	return f.Close()
}

// What is left open at the end is closed by the end of the file (HTML 13.1.2.4).
var (
	callHead = template.Must(template.New("head").Parse(`<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>通话 {{.}}</title>
<style>
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:56rem;padding:0 1rem;color:#1f2328}
h2{font-size:1.05rem;margin:1.2rem 0 .2rem}p{margin:0;color:#59636e}dl{display:grid;grid-template-columns:16rem 1fr;margin:.3rem 0;border-top:1px solid #c9ced6}
dt,dd{margin:0;padding:.2rem .4rem;border-bottom:1px solid #eceff2}dd{white-space:pre-wrap;overflow-wrap:anywhere}code{font-family:ui-monospace,monospace;font-size:.85em}
</style>
<h1>通话小结与事件 <span lang="en">Record and events of a call</span></h1>
<p><code>{{.}}</code> · <a href="../index.html">目录 <span lang="en">Index</span></a></p>
<p>本页仅供阅读；证明以 <code>leaves.jsonl</code> 中同一序号的事实为准。 <span lang="en">For reading; what proves is the fact of the same number in <code>leaves.jsonl</code>.</span></p>
`))
	callSection = template.Must(template.New("section").Parse(`<h2>{{.Title.ZH}} <span lang="en">{{.Title.EN}}</span></h2>
<p>{{.At}} · #{{.Index}}</p>
<dl>
{{range .Rows}}<dt>{{.Name.ZH}}{{with .Name.EN}} <span lang="en">{{.}}</span>{{end}}</dt><dd>{{if .Long}}<code>{{.Value}}</code>{{else}}{{.Value}}{{end}}</dd>
{{end}}</dl>
`))
)
