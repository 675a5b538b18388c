package sippeer

import (
	"fmt"
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
	// Addr is where it takes calls, for the user "phone".
	Addr string
	// Dir holds its configuration and, with Record, what it heard and said.
	Dir     string
	control string
}

// BaresipOptions change the telephone.
type BaresipOptions struct {
	Manual bool   // do not answer by itself
	Play   string // WAV file (8 kHz mono) it says; empty: silence
	Record bool   // dump both directions into Dir (WAV files)
}

// StartBaresip starts a telephone on the loopback address, over UDP and TCP,
// that offers G.711 only and answers at once.
func StartBaresip(t testing.TB, o BaresipOptions) *Baresip {
	t.Helper()
	dir := t.TempDir()
	var control string
	_, port := retry(t, func(port int) (*process, error) {
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
	return &Baresip{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Dir: dir, control: control}
}

func writeBaresip(dir string, port int, control string, o BaresipOptions) error {
	source := "ausine,440"
	modules := []string{"g711.so", "ausine.so", "aufile.so"}
	if o.Play != "" {
		source = "aufile," + o.Play
	}
	if o.Record {
		modules = append(modules, "sndfile.so")
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
	account := fmt.Sprintf("<sip:phone@127.0.0.1:%d>;regint=0;audio_codecs=pcma,pcmu", port)
	if !o.Manual {
		account += ";answermode=auto"
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
	c, err := net.DialTimeout("tcp", b.control, 5*time.Second)
	if err != nil {
		t.Fatalf("control baresip: %v", err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"command":%q,"token":"t"}`, command)
	if _, err := fmt.Fprintf(c, "%d:%s,", len(body), body); err != nil {
		t.Fatalf("control baresip: %v", err)
	}
	buf := make([]byte, 4096)
	if _, err := c.Read(buf); err != nil {
		t.Fatalf("baresip does not answer: %v", err)
	}
}
