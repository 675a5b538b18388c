package switchboard

import "testing"

// Rules T-07, T-14: only a number that the trunk may show is shown.
func TestRuleT14_ProgramsNumberOnlyWhereItIsRegistered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ program, want string }{{"", "4001"}, {"4002", "4002"}, {"4003", "4001"}} {
		a := actor{trunk: Trunk{Name: "main", CallerID: "4001", CallerIDs: []string{"4002"}}, permit: Permit{CallerID: row.program}}
		if got := a.callerID(); got != row.want {
			t.Errorf("program's %q: shown %s, want %s", row.program, got, row.want)
		}
	}
}
