package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"huifang/internal/clip"
	"huifang/internal/headless"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// program is `huifang demo` as a process of its own.
type program struct {
	t       *testing.T
	binary  string
	data    string
	process *exec.Cmd
	exited  chan struct{}
	out     output
	base    string
	words   map[string]string
}

// output is what a process prints; lines may be waited for.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// buildProgram makes the binary as `make build` does, once for all tests.
func buildProgram(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// binaries is the directory of what built makes; TestMain removes it.
var binaries string

var built = sync.OnceValues(func() (path string, err error) {
	if binaries, err = os.MkdirTemp("", "hfbin"); err != nil {
		return "", err
	}
	path = filepath.Join(binaries, "huifang")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=test", "-o", path, "./cmd/huifang")
	build.Dir = root
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, text)
	}
	return path, nil
})

func (p *program) command() *exec.Cmd {
	c := exec.Command(p.binary, "demo", "--data", p.data, "--http", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--log-level", "info")
	c.Dir = root // where the database's binaries are looked for
	return c
}

// start runs the program until it says that it is ready.
func (p *program) start() {
	p.t.Helper()
	p.process, p.exited = p.command(), make(chan struct{})
	p.out.text.Reset()
	p.process.Stdout, p.process.Stderr = &p.out, &p.out
	if err := p.process.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func(c *exec.Cmd, exited chan struct{}) {
		_ = c.Wait() // its state tells
		close(exited)
	}(p.process, p.exited)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(60 * time.Second)
	for !strings.Contains(p.out.String(), "Ctrl-C stops everything") {
		select {
		case <-tick.C:
		case <-p.exited:
			p.t.Fatalf("it ended: %s\n%s", p.process.ProcessState, p.out.String())
		case <-limit:
			p.t.Fatalf("it does not get ready:\n%s", p.out.String())
		}
	}
	var facts struct {
		Address string                             `json:"address"`
		List    []struct{ Login, Password string } `json:"sign_ins"`
	}
	b, err := os.ReadFile(filepath.Join(p.data, "demo.json"))
	if err != nil || json.Unmarshal(b, &facts) != nil {
		p.t.Fatalf("demo.json: %v %s", err, b)
	}
	p.base, p.words = facts.Address, map[string]string{}
	for _, s := range facts.List {
		p.words[s.Login] = s.Password
	}
}

// end sends a signal and waits for the exit.
func (p *program) end(signal os.Signal) *os.ProcessState {
	p.t.Helper()
	if err := p.process.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(30 * time.Second):
		_ = p.process.Process.Kill()
		p.t.Fatalf("it does not end on %s:\n%s", signal, p.out.String())
	}
	return p.process.ProcessState
}

// postgres lists the processes whose directory is the database's.
func (p *program) postgres() (pids []string) {
	dirs, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, d := range dirs {
		if cwd, err := os.Readlink(d); err == nil && strings.HasPrefix(cwd, p.data) {
			pids = append(pids, d)
		}
	}
	return pids
}

// as gives a client that is signed in.
func (p *program) as(login string) *http.Client {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	b, _ := json.Marshal(map[string]string{"login": login, "password": p.words[login]})
	resp, err := c.Post(p.base+"/api/v1/session", "application/json", bytes.NewReader(b))
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("sign in: %v %v", resp, err)
	}
	_ = resp.Body.Close()
	return c
}

func (p *program) get(c *http.Client, path string, out any) []byte {
	p.t.Helper()
	resp, err := c.Get(p.base + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || out != nil && json.Unmarshal(b, out) != nil {
		p.t.Fatalf("%s: %s %v %s", path, resp.Status, err, b[:min(len(b), 500)])
	}
	return b
}

// taskOf finds a sample task by what stands in its purpose.
func (p *program) taskOf(c *http.Client, purpose string) string {
	p.t.Helper()
	var desk struct {
		Tasks []struct {
			ID      string `json:"id"`
			Purpose string `json:"purpose"`
		} `json:"tasks"`
	}
	p.get(c, "/api/v1/tasks?scope=desk&limit=200", &desk)
	for _, t := range desk.Tasks {
		if strings.Contains(t.Purpose, purpose) {
			return t.ID
		}
	}
	p.t.Fatalf("no task %q among %d", purpose, len(desk.Tasks))
	return ""
}

func (p *program) phone(ctx context.Context, login string) *headless.Phone {
	p.t.Helper()
	phone, err := headless.Open(ctx, p.base, login, p.words[login])
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(phone.Close)
	return phone
}

// The machine is switched off in the middle of a call, as it were.
func TestDemo_KilledDuringACallLosesNothing(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	for d := base; d != "/" && d != os.TempDir(); d = filepath.Dir(d) { // the database may run as another user
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	p := &program{t: t, binary: buildProgram(t), data: filepath.Join(base, "data")}
	p.start()
	t.Cleanup(func() {
		select {
		case <-p.exited:
		default:
			_ = p.process.Process.Kill()
			<-p.exited
		}
	})
	p.secondIsRefused()

	ctx := t.Context()
	phone := p.phone(ctx, "lihua")
	said := audio.PseudoSpeech(20, 5)
	if _, err := phone.Dial(ctx, p.taskOf(p.as("lihua"), "answers at once")); err != nil {
		t.Fatal(err)
	}
	live, err := phone.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	if err != nil || live.State != "talking" {
		t.Fatalf("%+v %v", live, err)
	}
	phone.Say(alaw(said), true)
	_, err = phone.Until(ctx, func(s wire.CallSnapshot) bool {
		return time.Since(*s.TalkAt) > 4*time.Second && phone.Quality().Agent.Packets > 0
	})
	if err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	if state := p.end(syscall.SIGKILL); state.Success() {
		t.Fatal(state)
	}
	p.start()
	p.recovered(live, killed, said)
	p.agentGoesOn(ctx, live)

	if state := p.end(os.Interrupt); state.ExitCode() != 0 {
		t.Fatalf("%s\n%s", state, p.out.String())
	}
	if left := p.postgres(); len(left) != 0 {
		t.Fatalf("left behind: %v", left)
	}
}

// secondIsRefused: one data directory, one demo; and its sign-ins are the owner's.
func (p *program) secondIsRefused() {
	p.t.Helper()
	text, err := p.command().CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() == 0 || !strings.Contains(string(text), "another demo runs on "+p.data) {
		p.t.Fatalf("second start: %v %s", err, text)
	}
	info, err := os.Stat(filepath.Join(p.data, "demo.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		p.t.Fatalf("%v %v", info.Mode(), err)
	}
	if len(p.postgres()) == 0 {
		p.t.Fatal("the database of the demo is not seen: this test could not notice one that is left behind")
	}
}

// recovered: what was said until 0.2 s before the kill is kept, and marked.
func (p *program) recovered(live wire.CallSnapshot, killed time.Time, said []float64) {
	p.t.Helper()
	auditor := p.as("sunyue")
	var rec struct {
		State         string     `json:"state"`
		Interrupted   bool       `json:"interrupted"`
		DurationMs    int64      `json:"duration_ms"`
		FirstSampleAt *time.Time `json:"first_sample_at"`
		Call          struct {
			State    string `json:"state"`
			Attempts []struct {
				Outcome string     `json:"outcome"`
				Reason  string     `json:"reason"`
				EndedAt *time.Time `json:"ended_at"`
			} `json:"attempts"`
		} `json:"call"`
	}
	path := "/api/v1/recordings/" + live.Recording.ID.String()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); rec.State != "verified"; <-tick.C {
		if p.get(auditor, path, &rec); time.Now().After(deadline) {
			p.t.Fatalf("not verified: %+v", rec)
		}
	}
	until := rec.FirstSampleAt.Add(time.Duration(rec.DurationMs) * time.Millisecond)
	lost := killed.Sub(until)
	p.t.Logf("recovered %d ms, up to %d ms before the kill", rec.DurationMs, lost.Milliseconds())
	if !rec.Interrupted || lost > 200*time.Millisecond {
		p.t.Errorf("interrupted %v, %v lost", rec.Interrupted, lost)
	}
	if a := rec.Call.Attempts; len(a) != 1 || a[0].Outcome != "internal" || a[0].Reason != "instance_restarted" || a[0].EndedAt == nil || rec.Call.State != "wrapup" {
		p.t.Errorf("%+v", rec.Call)
	}
	sound, err := clip.Parse(p.get(auditor, path+"/audio?channel=both", nil))
	if err != nil {
		p.t.Fatal(err)
	}
	voice := audio.MustReadWAV(p.t, filepath.Join(root, "internal/carriersim/voice/customer.wav"))
	left := audio.Summarise(audio.CorrelatePerSecond(said, sound.Channels[0][live.TalkAt.Sub(*rec.FirstSampleAt).Milliseconds()*8:], 8000))
	right := audio.Summarise(audio.CorrelatePerSecond(voice.Channels[0], sound.Channels[1], 8000))
	if left.Seconds < 3 || left.Min < 0.95 || right.Seconds < 3 || right.Min < 0.95 {
		p.t.Errorf("left %s; right %s", left, right)
	}
}

// agentGoesOn: the wrap-up waits, nothing is dialled before it, then the line is free.
func (p *program) agentGoesOn(ctx context.Context, lost wire.CallSnapshot) {
	p.t.Helper()
	c := p.as("lihua")
	var mine struct {
		Call    *wire.CallSnapshot `json:"call"`
		Wrapups []struct {
			CallID string `json:"call_id"`
		} `json:"wrapups"`
	}
	p.get(c, "/api/v1/me/call", &mine)
	if mine.Call != nil || len(mine.Wrapups) != 1 || mine.Wrapups[0].CallID != lost.ID.String() {
		p.t.Fatalf("%+v", mine)
	}
	phone := p.phone(ctx, "lihua")
	task := p.taskOf(c, "占线 busy")
	if _, err := phone.Dial(ctx, task); err == nil || !strings.Contains(err.Error(), "C-01, wrapup_pending") {
		p.t.Fatalf("dial before the record is written: %v", err)
	}
	b, _ := json.Marshal(map[string]string{"state": "final", "disposition": "other", "content": "the line broke", "problems": "none", "handling": "call again"})
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, p.base+"/api/v1/calls/"+lost.ID.String()+"/record", bytes.NewReader(b))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%v %v", resp, err)
	}
	_ = resp.Body.Close()
	if _, err := phone.Dial(ctx, task); err != nil {
		p.t.Fatal(err)
	}
	s, err := phone.Until(ctx, over)
	if err != nil || s.Outcome != "busy" {
		p.t.Fatalf("%+v %v", s, err)
	}
}
