package server_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// The music of the program at the customer's ear and on the left of the
// recording while the customer is held; keys both ways.
func TestServer_HoldMusicAndKeysBothWays(t *testing.T) {
	t.Parallel()
	music := audio.PseudoSpeech(6, 77)
	path := filepath.Join(t.TempDir(), "music.wav")
	if err := os.WriteFile(path, waveOf(music), 0o600); err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Media.HoldMusicOf = map[string]string{"quick": path} })
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	agent := h.person("agent", access.RoleAgent)
	p := h.phone(agent)
	h.connected(p, agent, quick, "00030027")
	said := audio.PseudoSpeech(20, 14)
	p.Say(alaw(said), true)
	s, err := p.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.CustomerKeys == "42#7" || over(s) })
	h.must(err)
	if s.State != "talking" {
		t.Fatalf("%+v", s)
	}
	h.must(p.DTMF(t.Context(), "19*"))
	h.must(p.Hold(t.Context()))
	_, err = p.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.Held })
	h.must(err)
	h.during(p, 6*time.Second)
	h.must(p.Resume(t.Context()))
	h.during(p, 2*time.Second)
	a := h.finished(p)
	sim := h.sim(a)
	if sim.Digits != "19*" {
		t.Errorf("the carrier got %q", sim.Digits)
	}
	left, _ := h.channels(a)
	for where, sound := range map[string][]float64{"at the customer": clip.FromPCM(sim.Received), "on the left": left} {
		if n := good(music, sound); n < 4 {
			t.Errorf("%d seconds of the music %s", n, where)
		}
	}
	if at := h.mark(a, "key"); at <= 0 {
		t.Errorf("keys at %d", at)
	}
}

// waveOf is a PCM16 WAV of one channel at 8 kHz.
func waveOf(sound []float64) []byte {
	pcm := clip.ToPCM(sound)
	le := binary.LittleEndian
	b := append([]byte(nil), "RIFF"...)
	b = le.AppendUint32(b, uint32(36+2*len(pcm)))
	b = append(b, "WAVEfmt "...)
	for _, v := range []uint32{16, 1 | 1<<16, 8000, 16000, 2 | 16<<16} {
		b = le.AppendUint32(b, v)
	}
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(2*len(pcm)))
	for _, v := range pcm {
		b = le.AppendUint16(b, uint16(v))
	}
	return b
}
