package sip

import (
	"context"
	"log/slog"
)

// redactor passes on what sipgo logs without the attributes that quote whole
// messages, start lines and errors: they hold customers' numbers (Rule S-01).
type redactor struct{ next slog.Handler }

// safeAttr names the attributes of sipgo that hold no number.
func safeAttr(key string) bool {
	switch key {
	case "caller", "network", "laddr", "raddr", "addr", "method", "tx", "ref", "dur":
		return true
	}
	return false
}

func (r redactor) Enabled(ctx context.Context, l slog.Level) bool {
	return r.next.Enabled(ctx, demote(l))
}

// demote makes sipgo's errors warnings: they are a peer's doing, nobody has to act.
func demote(l slog.Level) slog.Level {
	if l >= slog.LevelError {
		return slog.LevelWarn
	}
	return min(l, slog.LevelDebug)
}

func (r redactor) Handle(ctx context.Context, rec slog.Record) error {
	out := slog.NewRecord(rec.Time, demote(rec.Level), "sip stack: "+rec.Message, rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		if safeAttr(a.Key) {
			out.AddAttrs(a)
		}
		return true
	})
	return r.next.Handle(ctx, out)
}

func (r redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	var kept []slog.Attr
	for _, a := range attrs {
		if safeAttr(a.Key) {
			kept = append(kept, a)
		}
	}
	return redactor{r.next.WithAttrs(kept)}
}

func (r redactor) WithGroup(name string) slog.Handler { return redactor{r.next.WithGroup(name)} }

func redactorLogger(l *slog.Logger) *slog.Logger { return slog.New(redactor{l.Handler()}) }
