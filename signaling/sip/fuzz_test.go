package sip

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// sipSeeds are the torture messages and answers to a call.
func sipSeeds(f *testing.F) [][]byte {
	f.Helper()
	var out [][]byte
	for _, c := range torments() {
		b, err := os.ReadFile(filepath.Join("testdata", "torture", c.name+".dat"))
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, b)
	}
	return append(out,
		[]byte("SIP/2.0 183 Progress\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"+
			"CSeq: 1 INVITE\r\nReason: Q.850;cause=16;text=\"a,b\"\r\nSession-Expires: 90;refresher=uac\r\nContent-Length: 0\r\n\r\n"),
		[]byte("BYE sip:a@b SIP/2.0\r\nv: SIP/2.0/TCP h\r\nf: a<sip:a@b>;tag=1\r\nt: <sip:c@d>;tag=2\r\ni: x\r\nCSeq: 2 BYE\r\nl: 3\r\n\r\nabc"),
		[]byte("\r\n\r\n"))
}

// What the guard passes, the library reads, and the reading agrees with the
// bytes; what it refuses with a code has an answer that the library reads.
func FuzzScreen(f *testing.F) {
	for _, s := range sipSeeds(f) {
		f.Add(s)
	}
	ua, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0", RequestRate: -1})
	if err != nil {
		f.Fatal(err)
	}
	from := netip.MustParseAddr("192.0.2.1")
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := ua.guard.judge(raw, from, false)
		if !v.passes() {
			answer := v.reply(raw)
			if answer == nil {
				return
			}
			if !bytes.HasSuffix(answer, []byte("\r\n\r\n")) || bytes.Count(answer, []byte("\r\n\r\n")) != 1 || len(answer) > len(raw)+200 {
				t.Fatalf("%q answers %q", answer, raw)
			}
			return
		}
		msg, err := sipmsg.ParseMessage(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
			if n := len(msg.GetHeaders(name)); n != 1 {
				t.Fatalf("%d %s", n, name)
			}
		}
		if req, ok := msg.(*sipmsg.Request); ok && req.CSeq() != nil && !strings.EqualFold(string(req.CSeq().MethodName), string(req.Method)) && !req.IsAck() {
			t.Fatalf("%s with CSeq %s", req.Method, req.CSeq().MethodName)
		}
		if int64(len(msg.Body())) > int64(len(raw)) {
			t.Fatalf("a body of %d bytes in %d", len(msg.Body()), len(raw))
		}
	})
}

// However a stream is cut into reads, the same messages come out of it, and
// what is held back never grows beyond one message.
func FuzzFramer(f *testing.F) {
	for _, s := range sipSeeds(f) {
		f.Add(append(bytes.Clone(s), s...), uint8(7))
	}
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		all := cutUp(t, stream, len(stream)+1)
		if parts := cutUp(t, stream, 1+int(step)); strings.Join(parts, "\x00|") != strings.Join(all, "\x00|") {
			t.Fatalf("%d messages at once, %d in reads of %d", len(all), len(parts), 1+int(step))
		}
	})
}

func cutUp(t *testing.T, stream []byte, step int) (out []string) {
	var fr framer
	for len(stream) > 0 {
		n := min(step, len(stream))
		fr.buf, stream = append(fr.buf, stream[:n]...), stream[n:]
		for {
			msg, v := fr.next()
			if !v.passes() {
				return append(out, fmt.Sprint(v.code))
			}
			if msg == nil {
				break
			}
			out = append(out, string(msg))
		}
		if len(fr.buf) > maxMessage+step {
			t.Fatalf("%d bytes held", len(fr.buf))
		}
	}
	return out
}

// Whatever datagram comes to a running user agent, it answers the next OPTIONS.
func FuzzReceive(f *testing.F) {
	for _, s := range sipSeeds(f) {
		f.Add(s)
	}
	sock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { sock.Close() })
	ua, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0", RequestRate: -1, OptionsInterval: -1,
		Trunks: []Trunk{{Name: "main", Address: sock.LocalAddr().String()}}})
	if err != nil {
		f.Fatal(err)
	}
	if err := ua.Start(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(ua.Stop)
	to := ua.Addr("udp").(*net.UDPAddr)
	buf := make([]byte, 65536)
	n := 0
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 60000 {
			return
		}
		if _, err := sock.WriteToUDP(raw, to); err != nil {
			t.Fatal(err)
		}
		n++
		name := fmt.Sprintf("n%d-%d", n, time.Now().UnixNano())
		if _, err := fmt.Fprintf(writerTo{sock, to}, probe, "UDP", "f", name); err != nil {
			t.Fatal(err)
		}
		if err := sock.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		for {
			size, err := sock.Read(buf)
			if err != nil {
				t.Fatalf("no answer to OPTIONS after %q: %v", raw, err)
			}
			if bytes.Contains(buf[:size], []byte("z9hG4bKprobef"+name)) {
				return
			}
		}
	})
}

type writerTo struct {
	*net.UDPConn
	to *net.UDPAddr
}

func (w writerTo) Write(b []byte) (int, error) { return w.WriteToUDP(b, w.to) }
