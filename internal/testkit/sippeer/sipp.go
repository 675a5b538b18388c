package sippeer

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// SIPp is a running sipp that plays one scenario for one call as the called side.
type SIPp struct {
	// Addr is where it listens for SIP.
	Addr string
	p    *process
	dir  string
}

// SIPpOptions change how sipp is started.
type SIPpOptions struct {
	Transport string            // udp (default) or tcp
	Keys      map[string]string // @name@ in the scenario becomes the value
	Calls     int               // default 1
	Args      []string          // further arguments
	Timeout   time.Duration     // after which it fails; default 30 s
}

// StartSIPp starts sipp with a scenario file. It ends with the test, earlier
// when the scenario is through.
func StartSIPp(t testing.TB, scenario string, o SIPpOptions) *SIPp {
	t.Helper()
	text, err := os.ReadFile(scenario)
	if err != nil {
		t.Fatal(err)
	}
	mode, network := "u1", "udp"
	if o.Transport == "tcp" {
		mode, network = "t1", "tcp"
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "scenario.xml")
	if err := os.WriteFile(file, fill(text, o.Keys), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"-sf", file, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-ci", "127.0.0.1", "-t", mode, "-bind_local",
		"-m", strconv.Itoa(max(o.Calls, 1)), "-nostdin", "-skip_rlimit", "-nd", "-deadcall_wait", "0",
		"-timeout", fmt.Sprintf("%ds", int(o.Timeout/time.Second)), "-timeout_error",
		"-trace_err", "-error_file", filepath.Join(dir, "errors.log"),
		"-trace_msg", "-message_file", filepath.Join(dir, "messages.log"),
	}
	args = append(args, o.Args...)
	p, port := retry(t, func(port int) (*process, error) {
		media, err := freePort()
		if err != nil {
			return nil, err
		}
		return launch(dir, "sipp", append([]string{"-p", strconv.Itoa(port), "-mp", strconv.Itoa(media)}, args...), network, port)
	})
	s := &SIPp{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), p: p, dir: dir}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("sipp %s:\n%s", filepath.Base(scenario), s.Messages())
		}
	})
	return s
}

// fill puts the values into the scenario.
func fill(text []byte, keys map[string]string) []byte {
	for k, v := range keys {
		text = bytes.ReplaceAll(text, []byte("@"+k+"@"), []byte(v))
	}
	return text
}

// Wait waits for the scenario's end and fails the test when it did not go as written.
func (s *SIPp) Wait(t testing.TB) {
	t.Helper()
	select {
	case <-s.p.done:
		if s.p.err != nil {
			errs, _ := os.ReadFile(filepath.Join(s.dir, "errors.log"))
			t.Errorf("sipp: %v\n%s", s.p.err, errs)
		}
	case <-time.After(time.Minute):
		t.Errorf("sipp goes on and on\n%s", s.Messages())
	}
}

// Messages is what was sent and received so far.
func (s *SIPp) Messages() string {
	b, err := os.ReadFile(filepath.Join(s.dir, "messages.log"))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Received counts received messages that start with the given text, for
// instance "ACK sip:". Retransmissions count too.
func (s *SIPp) Received(start string) (n int) {
	for _, m := range strings.Split(s.Messages(), "message received") {
		if _, body, ok := strings.Cut(m, "\n\n"); ok && strings.HasPrefix(strings.TrimSpace(body), start) {
			n++
		}
	}
	return n
}
