package config

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

func (i Inbound) check(fault func(key, format string, args ...any)) {
	if i.MaxWait < 5*time.Second || i.MaxWait > time.Hour {
		fault("inbound.max_wait", "must be 5 s to 1 h")
	}
	if i.RingFor < 5*time.Second || i.RingFor > 2*time.Minute {
		fault("inbound.ring_for", "must be 5 s to 2 min")
	}
	if i.AnnounceEvery < 0 || i.AnnounceEvery > 0 && i.AnnounceEvery < 10*time.Second {
		fault("inbound.announce_every", "must be 0 or at least 10 s")
	}
	for n, h := range i.Hours {
		if err := checkHours(h); err != nil {
			fault(fmt.Sprintf("inbound.hours[%d]", n), "%q is not hours such as 09:00-17:30", h)
		}
	}
}

func checkHours(s string) error {
	from, to, ok := strings.Cut(s, "-")
	if !ok || from >= to {
		return errors.New("ends before it begins")
	}
	for _, clock := range []string{from, to} {
		if _, err := time.Parse("15:04", clock); err != nil && clock != "24:00" {
			return fmt.Errorf("read %q: %w", clock, err)
		}
	}
	return nil
}
