package callback

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestDialRate_CountsEachAgentsLastMinute(t *testing.T) {
	t.Parallel()
	d := dialRate{limit: 2, dials: map[uuid.UUID][]time.Time{}}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	lina, wang := uuid.New(), uuid.New()
	d.note(lina, now)
	d.note(lina, now.Add(20*time.Second))
	if u := d.until(lina, now.Add(30*time.Second)); !u.Equal(now.Add(time.Minute)) {
		t.Errorf("after two dials: until %v", u)
	}
	if u := d.until(wang, now.Add(30*time.Second)); !u.IsZero() {
		t.Errorf("another agent waits until %v", u)
	}
	if u := d.until(lina, now.Add(time.Minute)); !u.IsZero() {
		t.Errorf("a minute after the first: until %v", u)
	}
	d.until(lina, now.Add(time.Hour))
	if len(d.dials) != 0 {
		t.Error("dials of an hour ago are remembered")
	}
}
