package recording

import (
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
)

// The marks of a secure pause (Rule T-13). Sealing reads them back.
const (
	MarkPauseStarted = "pause_started"
	MarkPauseEnded   = "pause_ended"
)

// gap is a stretch of the timeline that holds silence, in samples; to is -1
// while it lasts.
type gap struct{ from, to int64 }

// gaps are the secure pauses of a recording, in order.
type gaps []gap

func (g *gaps) begin(at int64) { *g = append(*g, gap{at, -1}) }

func (g gaps) end(at int64) {
	if n := len(g); n > 0 && g[n-1].to < 0 {
		g[n-1].to = at
	}
}

// holds reports whether a sample is in a pause.
func (g gaps) holds(at int64) bool {
	for _, p := range g {
		if at >= p.from && (p.to < 0 || at < p.to) {
			return true
		}
	}
	return false
}

// mask silences what a packet has in a pause: one that came late may belong
// there by its place. The payload is changed in place.
func (g gaps) mask(rec *spool.Record) {
	if len(g) == 0 {
		return
	}
	silence := byte(codec.ALawSilence)
	if media.PayloadType(rec.PayloadType) == media.PCMU {
		silence = codec.MuLawSilence
	}
	for i := range rec.Payload {
		if g.holds(rec.Position + int64(i)) {
			rec.Payload[i] = silence
		}
	}
}

// Pause begins a secure pause: from now on the recorder takes silence for both
// sides and no keys, so that neither memory nor disk holds what is said
// (Rule T-13). The timeline runs on. A second Pause has no effect.
func (r *Recorder) Pause(detail map[string]string) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused {
		return
	}
	r.paused = true
	r.gaps.begin(samples(now.Sub(r.opened)))
	r.mark(MarkPauseStarted, now, detail)
}

// Unpause ends a secure pause.
func (r *Recorder) Unpause(detail map[string]string) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.paused {
		return
	}
	r.paused = false
	r.gaps.end(samples(now.Sub(r.opened)))
	r.mark(MarkPauseEnded, now, detail)
}

// silent is what a pause lets through of a frame: voice as silence of the same
// length, and nothing else. The caller holds mu.
func (r *Recorder) silent(f *media.Frame) *media.Frame {
	silence := byte(codec.ALawSilence)
	switch f.PayloadType {
	case media.PCMA:
	case media.PCMU:
		silence = codec.MuLawSilence
	default:
		return nil
	}
	quiet := *f
	quiet.Payload = make([]byte, len(f.Payload))
	for i := range quiet.Payload {
		quiet.Payload[i] = silence
	}
	return &quiet
}
