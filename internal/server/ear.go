package server

import (
	"sync/atomic"

	"huifang/internal/call"
	"huifang/internal/switchboard"
	"huifang/media"
	"huifang/media/progress"
	"huifang/media/quality"
)

// ear tells by packets and sound who is not heard, and before the answer what
// the customer's side sends (Rule T-03).
type ear struct {
	*quality.Monitor
	early atomic.Pointer[progress.Detector]
}

func newEar(next media.Tap) switchboard.Ear { return &ear{Monitor: quality.NewMonitor(next)} }

// TapFrame listens and hands the frame on. The customer's frames come from one
// reader at a time, so the detector needs no lock.
func (e *ear) TapFrame(from media.Side, f *media.Frame) {
	if d := e.early.Load(); d != nil && from == media.Customer {
		d.Add(f)
	}
	e.Monitor.TapFrame(from, f)
}

// ListenEarly implements switchboard.Ear.
func (e *ear) ListenEarly(found func(call.EarlySound)) {
	if found == nil {
		e.early.Store(nil)
		return
	}
	e.early.Store(progress.NewDetector(func(f progress.Finding) {
		found(call.EarlySound{At: f.At, From: f.From, Sound: call.Sound(f.Kind.String())})
	}))
}
