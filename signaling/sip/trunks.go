package sip

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
)

func newLine(u *UserAgent, t Trunk) *line {
	return &line{Trunk: t, ua: u, kick: make(chan struct{}, 1), done: make(chan struct{}), health: health{state: TrunkUnknown}}
}

// begin watches the line and keeps it registered, the latter after the line
// that it replaces has taken its own binding back: both have one address.
func (l *line) begin(replaces *line) {
	u := l.ua
	watching, stop := context.WithCancel(u.ctx)
	registering, unregister := context.WithCancel(u.registering)
	l.stop = func() { stop(); unregister() }
	if u.cfg.OptionsInterval > 0 {
		u.wg.Go(func() { l.watch(watching) })
	}
	if !l.Register {
		close(l.done)
		return
	}
	l.noteRegistration(RegistrationPending, 0, time.Time{})
	u.registrars.Go(func() {
		defer close(l.done)
		if replaces != nil {
			<-replaces.done
		}
		l.keepRegistered(registering)
	})
}

// SetTrunks replaces the trunks, the first being the main one. Calls that are
// up go on over the trunk they were made on, by its old settings, and its
// address may send to us until the last of them has ended. A trunk that is as
// it was is not touched. An error leaves everything as it was. ctx bounds the
// look-up of host names; one that cannot be resolved is tried again with the
// next probe or call.
func (u *UserAgent) SetTrunks(ctx context.Context, trunks []Trunk) error {
	trunks, err := u.cfg.checked(trunks)
	if err != nil {
		return fmt.Errorf("sip: %w", err)
	}
	u.replacing.Lock()
	defer u.replacing.Unlock()
	u.mu.Lock()
	running := u.running
	u.mu.Unlock()
	if !running {
		return ErrNotRunning
	}
	old := *u.lines.Load()
	var lines, fresh []*line
	replaced := map[*line]*line{} // new by old
	for _, t := range trunks {
		i := slices.IndexFunc(old, func(l *line) bool { return l.Name == t.Name })
		if i >= 0 && reflect.DeepEqual(old[i].Trunk, t) {
			lines = append(lines, old[i])
			continue
		}
		l := newLine(u, t)
		if i >= 0 {
			l.inherit(old[i])
			replaced[old[i]] = l
		}
		if err := l.resolve(ctx); err != nil {
			u.log.Warn("resolve trunk", "trunk", l.Name, "error", err)
		}
		u.metrics.begin(t)
		l.showState()
		lines, fresh = append(lines, l), append(fresh, l)
	}
	// Stop holds mu to end what runs: from here on nothing new may begin after it.
	u.mu.Lock()
	defer u.refreshSources()
	defer u.mu.Unlock()
	if !u.running {
		return ErrNotRunning
	}
	u.lines.Store(&lines)
	before := map[*line]*line{}
	for _, l := range old {
		if slices.Contains(lines, l) {
			continue
		}
		l.retired.Store(true)
		l.stop()
		if by := replaced[l]; by != nil {
			before[by] = l
		} else {
			u.metrics.end(l.Name)
		}
		u.log.Info("trunk taken out", "trunk", l.Name, "replaced", replaced[l] != nil)
	}
	for _, l := range fresh {
		l.begin(before[l])
	}
	return nil
}

// inherit takes over what is known of a trunk that is still at its place.
func (l *line) inherit(old *line) {
	if l.Address != old.Address || l.Transport != old.Transport {
		return
	}
	old.mu.Lock()
	h := old.health
	old.mu.Unlock()
	h.registration, h.code, h.registeredUntil = RegistrationNone, 0, time.Time{}
	l.health = h
}

func (l *line) showState() {
	l.mu.Lock()
	state, avoid := l.health.state, l.health.avoid
	l.mu.Unlock()
	l.ua.metrics.trunkState(l.Name, state)
	if !avoid.IsZero() {
		l.ua.metrics.avoid.WithLabelValues(l.Name).Set(float64(avoid.Unix()))
	}
}
