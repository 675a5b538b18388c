package rtcleg

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// logs gives pion's parts their loggers. What pion calls a warning or less is
// about single packets and candidates: debug to us. Its errors are warnings, as
// the leg's state says what became of them.
type logs struct{ to *slog.Logger }

func (l logs) NewLogger(scope string) logging.LeveledLogger {
	return scoped{l.to.With("scope", scope)}
}

type scoped struct{ to *slog.Logger }

var _ logging.LeveledLogger = scoped{}

func (scoped) Trace(string)          {}
func (scoped) Tracef(string, ...any) {}
func (scoped) Debug(string)          {}
func (scoped) Debugf(string, ...any) {}

func (s scoped) Info(msg string)              { s.log(slog.LevelDebug, "%s", msg) }
func (s scoped) Infof(f string, args ...any)  { s.log(slog.LevelDebug, f, args...) }
func (s scoped) Warn(msg string)              { s.log(slog.LevelDebug, "%s", msg) }
func (s scoped) Warnf(f string, args ...any)  { s.log(slog.LevelDebug, f, args...) }
func (s scoped) Error(msg string)             { s.log(slog.LevelWarn, "%s", msg) }
func (s scoped) Errorf(f string, args ...any) { s.log(slog.LevelWarn, f, args...) }

func (s scoped) log(level slog.Level, format string, args ...any) {
	ctx := context.Background()
	if s.to.Enabled(ctx, level) {
		s.to.Log(ctx, level, "webrtc", "detail", fmt.Sprintf(format, args...))
	}
}
