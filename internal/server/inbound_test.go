package server_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/sippeer"
	"huifang/signaling/wire"
)

// TestInbound_CallsBackAndLeavesATask: customers call the service number, over
// the wire; whoever it is, there is a task to call back.
func TestInbound_CallsBackAndLeavesATask(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Trunks[0].ServiceNumbers = []string{"4001234567"} })
	agent := h.person("li", access.RoleAgent)
	p := h.program("quick", func(*callback.Program) {})
	task := h.task(agent, p, "00000004") // busy
	phone := h.phone(agent)
	_, err := phone.Dial(t.Context(), task.String())
	h.must(err)
	_, err = phone.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.WrapupDue })
	h.must(err)

	calls := func(caller, code string) {
		t.Helper()
		sippeer.StartSIPp(t, root+"/signaling/sip/testdata/sipp/uac_nobody.xml", sippeer.SIPpOptions{
			Keys: map[string]string{"caller": caller, "code": code}, Args: []string{"-s", "4001234567", h.server.SIPAddr},
		}).Wait(t)
	}
	inbound := func() (out []callback.TaskView) {
		t.Helper()
		all, err := h.server.Store.Tasks(t.Context(), callback.TaskQuery{})
		h.must(err)
		for _, v := range all {
			if v.Task.Source == callback.SourceInbound {
				out = append(out, v)
			}
		}
		return out
	}
	calls("13800000004", "480")
	got := inbound()
	if len(got) != 1 || got[0].Task.AssigneeID != agent.ID || got[0].Customer.Name != "王小明" || !strings.Contains(got[0].Task.Purpose, agent.Name) {
		t.Fatalf("the customer who called back: %+v", got)
	}
	calls("+8613800000004", "480") // again
	calls("anonymous", "480")
	if got = inbound(); len(got) != 1 {
		t.Fatalf("%d tasks", len(got))
	}
	calls("+8613911112222", "480")
	if got = inbound(); len(got) != 2 {
		t.Fatalf("%d tasks", len(got))
	}
	for _, v := range got {
		if v.Customer.Name == "王小明" {
			continue
		}
		if v.Task.AssigneeID != uuid.Nil || v.Customer.ContactPoints[0].Number.Reveal() != "+8613911112222" || strings.Contains(v.Customer.Name, "1111") {
			t.Errorf("the unknown caller: %+v", v)
		}
	}
}
