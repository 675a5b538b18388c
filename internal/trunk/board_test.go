package trunk

import (
	"errors"
	"testing"
	"time"
)

type hands struct{ now time.Time }

func (h *hands) clock() time.Time { return h.now }

func newTestBoard(list ...Settings) (*Board, *hands) {
	h := &hands{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	b := NewBoard(h.clock, 7, NewMetrics(nil))
	b.Set(list)
	return b, h
}

func everyOne(string) bool { return true }

func names(list []Settings) (out string) {
	for _, s := range list {
		out += s.Name + " "
	}
	return out
}

// Rule T-07: the main one first, the others when it cannot be used.
func TestRuleT07_LowestPriorityFirstAndByWeightWithinOne(t *testing.T) {
	t.Parallel()
	b, _ := newTestBoard(Settings{Name: "a", Priority: 10, Weight: 3}, Settings{Name: "b", Priority: 10, Weight: 1},
		Settings{Name: "idle", Priority: 10}, Settings{Name: "main", Priority: 0, Weight: 1})
	first := map[string]int{}
	for range 4000 {
		order := b.Choose(everyOne)
		if len(order) != 4 || order[0].Name != "main" || order[3].Name != "idle" {
			t.Fatalf("order %s", names(order))
		}
		first[order[1].Name]++
	}
	if n := first["a"]; n < 2850 || n > 3150 {
		t.Errorf("of 4000 calls %d went to the trunk with three quarters of the weight", n)
	}
	if got := names(b.Choose(func(n string) bool { return n == "idle" })); got != "idle " {
		t.Errorf("with the others down: %s", got)
	}
}

func TestBoard_FullTrunkIsPassedOver(t *testing.T) {
	t.Parallel()
	b, h := newTestBoard(Settings{Name: "main", MaxCalls: 1}, Settings{Name: "spare", Priority: 1, MaxCalls: 1})
	release, err := b.Take("main")
	if err != nil {
		t.Fatal(err)
	}
	if got := names(b.Choose(everyOne)); got != "spare " {
		t.Errorf("choice: %s", got)
	}
	if _, err := b.Take("main"); !errors.Is(err, ErrFull) {
		t.Errorf("a second call: %v", err)
	}
	if _, err := b.Take("spare"); err != nil {
		t.Fatal(err)
	}
	if usable, free, again := b.Room(everyOne); !usable || free || !again.Equal(h.now.Add(askAgain)) {
		t.Errorf("all taken: %v %v %v", usable, free, again)
	}
	if usable, _, _ := b.Room(func(string) bool { return false }); usable {
		t.Error("trunks that are down count as usable")
	}
	release()
	release()
	if _, free, _ := b.Room(everyOne); !free {
		t.Error("the place was not given back")
	}
	if _, err := b.Take("main"); err != nil {
		t.Error(err)
	}
	if _, err := b.Take("main"); !errors.Is(err, ErrFull) {
		t.Error("a release that was called twice made two places")
	}
}

func TestBoard_RateIsATokenBucket(t *testing.T) {
	t.Parallel()
	b, h := newTestBoard(Settings{Name: "main", CallsPerSecond: 2})
	take := func() bool {
		release, err := b.Take("main")
		if err == nil {
			release()
		}
		return err == nil
	}
	if !take() || !take() || take() {
		t.Fatal("a full bucket of two calls a second holds two")
	}
	if _, free, again := b.Room(everyOne); free || !again.Equal(h.now.Add(500*time.Millisecond)) {
		t.Errorf("ask again at %v", again)
	}
	h.now = h.now.Add(500 * time.Millisecond)
	if !take() || take() {
		t.Error("half a second brings one call")
	}
	h.now = h.now.Add(time.Hour)
	if !take() || !take() || take() {
		t.Error("the bucket holds no more than a second's calls")
	}
}

func TestBoard_TrunkThatFailsOftenIsTriedLast(t *testing.T) {
	t.Parallel()
	b, h := newTestBoard(Settings{Name: "main"}, Settings{Name: "spare", Priority: 9})
	for range 4 {
		b.Note("main", true)
	}
	if b.Standing("main").Degraded {
		t.Error("four failures are too few")
	}
	b.Note("main", true)
	if got := names(b.Choose(everyOne)); got != "spare main " || !b.Standing("main").Degraded {
		t.Errorf("choice: %s", got)
	}
	for range 6 {
		b.Note("main", false)
	}
	if got := names(b.Choose(everyOne)); got != "main spare " {
		t.Errorf("after more successes than failures: %s", got)
	}
	for range 20 {
		b.Note("main", true)
	}
	h.now = h.now.Add(tallySpan)
	if b.Standing("main").Degraded {
		t.Error("failures of a quarter of an hour ago still count")
	}
}

func TestBoard_TrunkTakenOutKeepsItsCallsPlace(t *testing.T) {
	t.Parallel()
	b, _ := newTestBoard(Settings{Name: "main", MaxCalls: 1})
	release, err := b.Take("main")
	if err != nil {
		t.Fatal(err)
	}
	b.Set(nil)
	if _, err := b.Take("main"); err == nil || len(b.Choose(everyOne)) != 0 {
		t.Error("a trunk that was taken out takes calls")
	}
	b.Set([]Settings{{Name: "main", MaxCalls: 1}})
	if _, err := b.Take("main"); !errors.Is(err, ErrFull) {
		t.Error("putting it back made a second place")
	}
	release()
	b.Set(nil)
	if len(b.lines) != 0 {
		t.Error("a trunk without calls is remembered")
	}
}
