package sippeer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Baresip is a running baresip, a telephone that can be told what to do.
type Baresip struct {
	// Addr is where it takes calls.
	Addr string
	// Dir holds its configuration and, with Record, what it heard and said.
	Dir     string
	control string
}

// BaresipOptions change the telephone.
type BaresipOptions struct {
	Number string // the user part it takes calls for
	Manual bool   // do not answer by itself
	Play   string // WAV file (8 kHz mono) it says; empty: two minutes of a 440 Hz tone
	Record bool   // dump both directions into Dir (WAV files)
	// SRTP is its mediaenc: "srtp" encrypts when the other side can, "srtp-mand"
	// always; empty never.
	SRTP string
}

// StartBaresip starts a telephone on the loopback address, over UDP and TCP,
// that offers G.711 only and answers at once.
func StartBaresip(t testing.TB, o BaresipOptions) *Baresip {
	t.Helper()
	dir := t.TempDir()
	var control string
	p, port := retry(t, func(port int) (*process, error) {
		ctrl, err := freePort()
		if err != nil {
			return nil, err
		}
		control = net.JoinHostPort("127.0.0.1", strconv.Itoa(ctrl))
		if err := writeBaresip(dir, port, control, o); err != nil {
			return nil, err
		}
		return launch(dir, "baresip", []string{"-f", dir}, "udp", port)
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("baresip:\n%s", p.output())
		}
	})
	return &Baresip{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Dir: dir, control: control}
}

func writeBaresip(dir string, port int, control string, o BaresipOptions) error {
	// baresip 1.0.0 has no source that makes 8 kHz by itself, and it hangs up
	// at the end of a file.
	if o.Play == "" {
		o.Play = filepath.Join(dir, "tone.wav")
		if err := os.WriteFile(o.Play, toneWAV(2*time.Minute), 0o600); err != nil {
			return err
		}
	}
	source := "aufile," + o.Play
	modules := []string{"g711.so", "aufile.so"}
	if o.Record {
		modules = append(modules, "sndfile.so")
	}
	if o.SRTP != "" {
		modules = append(modules, "srtp.so")
	}
	config := []string{
		"net_interface 127.0.0.1", fmt.Sprintf("sip_listen 127.0.0.1:%d", port),
		"ctrl_tcp_listen " + control, "module_path " + modulePath(), "snd_path " + dir,
		"audio_source " + source, "audio_srate 8000", "audio_channels 1", "rtp_ports 20000-65000",
		"call_max_calls 8", "module_app account.so", "module_app ctrl_tcp.so", "module_app menu.so",
	}
	for _, m := range modules {
		config = append(config, "module "+m)
	}
	account := fmt.Sprintf("<sip:%s@127.0.0.1:%d>;regint=0;audio_codecs=pcma,pcmu", o.Number, port)
	if !o.Manual {
		account += ";answermode=auto"
	}
	if o.SRTP != "" {
		account += ";mediaenc=" + o.SRTP
	}
	for name, text := range map[string]string{
		"config": strings.Join(config, "\n") + "\n", "accounts": account + "\n", "contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// modulePath is where the package puts baresip's modules.
func modulePath() string {
	if m, _ := filepath.Glob("/usr/lib/*/baresip/modules"); len(m) > 0 {
		return m[0]
	}
	return "/usr/lib/baresip/modules"
}

// Command tells the telephone to do something, for instance "hangup" or "accept".
func (b *Baresip) Command(t testing.TB, command string) {
	t.Helper()
	b.command(t, fmt.Sprintf(`{"command":%q,"token":"t"}`, command))
}

// Dial tells the telephone to call a SIP URI.
func (b *Baresip) Dial(t testing.TB, uri string) {
	t.Helper()
	b.command(t, fmt.Sprintf(`{"command":"dial","params":%q,"token":"t"}`, uri))
}

func (b *Baresip) command(t testing.TB, body string) {
	t.Helper()
	c, err := net.DialTimeout("tcp", b.control, 5*time.Second)
	for limit := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(limit); { // it listens for SIP before
		<-time.After(20 * time.Millisecond)
		c, err = net.DialTimeout("tcp", b.control, 5*time.Second)
	}
	if err != nil {
		t.Fatalf("control baresip: %v", err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "%d:%s,", len(body), body); err != nil {
		t.Fatalf("control baresip: %v", err)
	}
	buf := make([]byte, 4096)
	if _, err := c.Read(buf); err != nil {
		t.Fatalf("baresip does not answer: %v", err)
	}
}

// toneWAV is a 440 Hz tone as 16-bit PCM, 8 kHz mono.
func toneWAV(d time.Duration) []byte {
	n := int(d.Seconds() * 8000)
	var b bytes.Buffer
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a bytes.Buffer takes everything
	b.WriteString("RIFF")
	le(uint32(36 + 2*n))
	b.WriteString("WAVEfmt ")
	le([]uint32{16, 1 | 1<<16, 8000, 16000, 2 | 16<<16})
	b.WriteString("data")
	le(uint32(2 * n))
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/8000))
	}
	le(samples)
	return b.Bytes()
}
