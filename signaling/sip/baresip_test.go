package sip

import (
	"testing"

	"huifang/internal/testkit/sippeer"
)

func TestBaresip_AnswersAndHangsUp(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			phone := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800138000"})
			ua := startAgent(t, phone.Addr, func(c *UserAgentConfig) { c.Trunks[0].Transport = transport })
			for _, bye := range []End{EndLocal, EndRemote} {
				d := dial(t, ua)
				a := next[Answered](d)
				if m, err := Negotiate(a.SDP); err != nil || m.PayloadType != PayloadPCMA {
					t.Errorf("%+v %v\n%s", m, err, a.SDP)
				}
				if bye == EndLocal {
					d.Bye("agent")
				} else {
					phone.Command(t, "hangup")
				}
				if e := next[Ended](d); e.By != bye {
					t.Errorf("%+v", e)
				}
				d.ended()
			}
		})
	}
}

func TestBaresip_RingsUntilCancelled(t *testing.T) {
	t.Parallel()
	phone := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800138000", Manual: true})
	d := dial(t, startAgent(t, phone.Addr, nil))
	if p := next[Provisional](d); p.Code != 180 {
		t.Errorf("%+v", p)
	}
	d.Cancel("agent")
	if f := next[Failed](d); f.Code != 487 || !f.Rang {
		t.Errorf("%+v", f)
	}
	d.ended()
}
