package sip

import (
	"sync"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
)

// Two hundred calls, fifty at a time, a third answered, a third busy, a third cancelled:
// every one has exactly one end, and nothing is left behind.
func TestAgent_ManyCallsAtOnce(t *testing.T) {
	t.Parallel()
	const calls, atOnce = 200, 50 // more would overflow the socket of a slow machine
	slots := make(chan struct{}, atOnce)
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
	stop, served := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(served)
		invites := map[string]*sipmsg.Request{}
		for {
			select {
			case m := <-p.in:
				r, ok := m.(*sipmsg.Request)
				if !ok {
					continue
				}
				id := r.CallID().Value()
				switch r.Method {
				case sipmsg.INVITE:
					if invites[id] != nil {
						continue
					}
					invites[id] = r
					p.reply(r, 100, "")
					p.reply(r, 180, "t1")
					switch len(invites) % 3 {
					case 0:
						p.reply(r, 200, "t1", "sdp")
					case 1:
						p.reply(r, 486, "t1")
					}
				case sipmsg.CANCEL:
					p.reply(r, 200, "t1")
					p.reply(invites[id], 487, "t1")
				case sipmsg.BYE:
					p.reply(r, 200, "")
				}
			case <-stop:
				return
			}
		}
	}()
	var mu sync.Mutex
	ends := map[string]int{}
	var all []*Call
	for range calls {
		slots <- struct{}{}
		var c *Call
		var ready sync.WaitGroup
		ready.Add(1)
		ended := false
		c, err := ua.Invite(t.Context(), InviteRequest{Trunk: "main", Number: "10086", Offer: testOffer}, func(e Event) {
			ready.Wait()
			if ended {
				t.Error("an event behind the end")
			}
			word := ""
			switch e := e.(type) {
			case Provisional:
				if e.Code == 180 {
					c.Cancel("test") // crosses the answers and refusals
				}
				return
			case Answered:
				c.Bye("test")
				return
			case Failed:
				word = "failed"
			case Ended:
				word = "ended"
			default:
				return
			}
			ended = true
			<-slots
			mu.Lock()
			ends[word]++
			mu.Unlock()
		})
		if err != nil {
			t.Fatal(err)
		}
		ready.Done()
		all = append(all, c)
	}
	for _, c := range all {
		(&dialled{t: t, Call: c}).closed(t)
	}
	close(stop)
	<-served
	if ends["failed"]+ends["ended"] != calls || ends["ended"] == 0 {
		t.Errorf("%v", ends)
	}
	if n := counted(t, reg, "huifang_sip_calls_ended_total"); n != calls {
		t.Errorf("%v ends counted", n)
	}
}
