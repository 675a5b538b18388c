package recording

import "testing"

func TestMove_EveryPairOfStates(t *testing.T) {
	t.Parallel()
	n := 0
	for _, from := range States() {
		for _, to := range States() {
			if Move(from, to) == nil {
				n++
				if from == to || from == StateDeleted {
					t.Errorf("%s to %s", from, to)
				}
			}
		}
	}
	if n != 28 {
		t.Errorf("%d legal moves: a change of the table needs a look at design 6", n)
	}
	if Move(StateStored, StateDeleted) == nil || Move(StateVerified, StateDeleted) == nil {
		t.Error("Rule T-02: only what has expired can be deleted")
	}
}
