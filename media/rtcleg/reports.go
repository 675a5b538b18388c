package rtcleg

import (
	"time"

	"github.com/pion/interceptor"

	"huifang/media/rtpwire"
)

// readReports reads what the party says about our stream: pion keeps these
// figures only with an interceptor that costs more than the parsing.
func (p *peer) readReports(read func([]byte) (int, interceptor.Attributes, error)) {
	buffer := make([]byte, 1500)
	for {
		n, _, err := read(buffer)
		if err != nil {
			return
		}
		now := rtpwire.NTP(time.Now())
		_ = rtpwire.EachReport(buffer[:n], func(r rtpwire.Report) { // what is readable counts
			for _, b := range r.Blocks {
				if b.SSRC == p.track.ssrc() {
					p.report(b, now)
				}
			}
		})
	}
}

func (p *peer) report(b rtpwire.ReceptionReport, now uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reported = true
	p.lost = float64(b.FractionLost) / 256
	if d := b.RoundTrip(now); d > 0 {
		p.roundTrip = d
	}
}

func (t *track) ssrc() uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rewriter.SSRC()
}
