package rtcleg

import (
	"io"
	"testing"
	"time"

	"github.com/pion/interceptor"

	"huifang/media"
	"huifang/media/rtpwire"
)

func TestReports_LossAndRoundTripAsThePartySeesThem(t *testing.T) {
	t.Parallel()
	p := &peer{track: &track{rewriter: media.NewRewriter(42, 0, 0)}}
	sent := uint32(rtpwire.NTP(time.Now().Add(-80*time.Millisecond)) >> 16)
	packets := [][]byte{
		rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 1, Blocks: []rtpwire.ReceptionReport{{SSRC: 41, FractionLost: 200}}}),
		rtpwire.AppendCNAME(rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 1, Blocks: []rtpwire.ReceptionReport{
			{SSRC: 42, FractionLost: 128, LastSR: sent, Delay: 65536 * 30 / 1000},
		}}), 1, "browser"),
		{0x80, 201}, // cut off
	}
	p.readReports(func(b []byte) (int, interceptor.Attributes, error) {
		if len(packets) == 0 {
			return 0, nil, io.EOF
		}
		n := copy(b, packets[0])
		packets = packets[1:]
		return n, nil, nil
	})
	if p.lost != 0.5 || p.roundTrip < 49*time.Millisecond || p.roundTrip > 10*time.Second {
		t.Errorf("loss %v, round trip %v", p.lost, p.roundTrip)
	}
}
