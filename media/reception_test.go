package media

import (
	"testing"
	"time"
)

func TestReception_CountsLossAcrossTheWrap(t *testing.T) {
	t.Parallel()
	var r Reception
	s := &feed{pt: PCMA, ssrc: 1, seq: 65530, timestamp: 1 << 31, at: epoch}
	for i := range 20 {
		if f := s.next(); i != 7 && i != 8 {
			r.Add(f)
		}
	}
	var stats Stats
	r.Fill(&stats)
	if stats.PacketsReceived != 18 || stats.PacketsLost != 2 || stats.Jitter != 0 {
		t.Errorf("%+v", stats)
	}
	if !stats.FirstReceived.Equal(epoch) || !stats.LastReceived.Equal(epoch.Add(380*time.Millisecond)) {
		t.Errorf("first %v, last %v", stats.FirstReceived, stats.LastReceived)
	}
	block, ok := r.Report()
	if !ok || block.TotalLost != 2 || block.FractionLost != 25 || block.HighestSeq != 65549 || block.SSRC != 1 {
		t.Errorf("first report %+v", block)
	}
	r.Add(s.next())
	if block, _ = r.Report(); block.FractionLost != 0 || block.TotalLost != 2 {
		t.Errorf("second report %+v", block)
	}
}

func TestReception_Jitter(t *testing.T) {
	t.Parallel()
	var r Reception
	s := &feed{pt: PCMA, ssrc: 1, timestamp: 1<<32 - 800, at: epoch}
	for i := range 400 { // alternately 10 ms late: every difference is 10 ms
		f := s.next()
		if i%2 == 1 {
			f.Arrival = f.Arrival.Add(10 * time.Millisecond)
		}
		r.Add(f)
	}
	var stats Stats
	r.Fill(&stats)
	if stats.Jitter < 9900*time.Microsecond || stats.Jitter > 10*time.Millisecond {
		t.Errorf("jitter %v, want 10ms", stats.Jitter)
	}
}

func TestReception_NewRunsAreNotLoss(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*feed)
		count  uint64
	}{
		{"another SSRC", func(s *feed) { s.ssrc, s.seq, s.timestamp = 2, 40000, 0 }, 20},
		{"numbers restarted", func(s *feed) { s.seq = 40000 }, 20},
	} {
		var r Reception
		s := &feed{pt: PCMA, ssrc: 1, seq: 100, at: epoch}
		for range 10 {
			r.Add(s.next())
		}
		row.change(s)
		for range 10 {
			r.Add(s.next())
		}
		var stats Stats
		r.Fill(&stats)
		if stats.PacketsReceived != row.count || stats.PacketsLost != 0 {
			t.Errorf("%s: %d received, %d lost", row.name, stats.PacketsReceived, stats.PacketsLost)
		}
	}
}

func TestReception_OneStrayPacketDoesNotRestart(t *testing.T) {
	t.Parallel()
	var r Reception
	s := &feed{pt: PCMA, ssrc: 1, seq: 100, at: epoch}
	for i := range 10 {
		f := s.next()
		if i == 5 {
			stray := *f
			stray.Sequence = 30000
			r.Add(&stray)
		}
		r.Add(f)
	}
	var stats Stats
	r.Fill(&stats)
	if stats.PacketsReceived != 10 || stats.PacketsLost != 0 {
		t.Errorf("%d received, %d lost", stats.PacketsReceived, stats.PacketsLost)
	}
}
