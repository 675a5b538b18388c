package audio

import (
	"math"
	"testing"
	"time"

	"huifang/internal/clip"
	"huifang/media/codec"
)

func alaw(x []float64) []float64 { return clip.FromALaw(codec.EncodeALawPCM(nil, clip.ToPCM(x))) }

func TestCorrelatePerSecond_IdenticalIsOne(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(10, 1)
	s := Summarise(CorrelatePerSecond(voice, voice, 8000))
	if s.Seconds != 10 || s.Min < 0.999999 || math.Abs(s.MedianLagMs) > 0.01 || s.LagSpreadMs > 0.01 {
		t.Fatal(s)
	}
}

func TestCorrelatePerSecond_G711KeepsAbove99(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(10, 1)
	if s := Summarise(CorrelatePerSecond(voice, alaw(voice), 8000)); s.Seconds != 10 || s.Min < 0.99 {
		t.Fatal(s)
	}
}

func TestCorrelatePerSecond_OtherVoiceStaysBelowHalf(t *testing.T) {
	t.Parallel()
	s := CorrelatePerSecond(PseudoSpeech(20, 1), PseudoSpeech(12, 2), 8000, Looping())
	if len(s) != 12 {
		t.Fatalf("compared %d seconds, want 12", len(s))
	}
	for _, seg := range s {
		if seg.Corr >= 0.5 {
			t.Errorf("second %d: %.3f", seg.Second, seg.Corr)
		}
	}
}

func TestCorrelatePerSecond_RealVoicesInTheWrongChannel(t *testing.T) {
	t.Parallel()
	agent := MustReadWAV(t, Speech(t, "zh-CN", "您好，我是服务中心的李明，想了解一下您对上次安装是否满意，现在方便说话吗。")).At(8000).Channels[0]
	customer := MustReadWAV(t, Speech(t, "en", "Yes of course, the engineer was on time and everything works as it should since then.")).At(8000).Channels[0]
	right := Summarise(CorrelatePerSecond(agent, alaw(agent), 8000))
	if right.Seconds < 4 || right.Min < 0.99 {
		t.Errorf("right channel: %s", right)
	}
	wrong := CorrelatePerSecond(agent, alaw(customer), 8000, Looping())
	if len(wrong) < 3 {
		t.Errorf("wrong channel: compared %d seconds", len(wrong))
	}
	for _, seg := range wrong {
		if seg.Corr >= 0.5 {
			t.Errorf("wrong channel, second %d: %.3f", seg.Second, seg.Corr)
		}
	}
}

func TestCorrelatePerSecond_HoleShowsInItsSecondOnly(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(8, 3)
	rec := append([]float64(nil), voice...)
	hole := 4*8000 + 1600 + 400 // the middle of a syllable, where speech is lost
	clear(rec[hole : hole+800])
	for _, seg := range CorrelatePerSecond(voice, rec, 8000) {
		if holed := seg.Second == 4; holed != (seg.Corr < 0.95) {
			t.Errorf("second %d: %.4f", seg.Second, seg.Corr)
		}
	}
}

func TestCorrelatePerSecond_LostSecondIsZeroNotSkipped(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(8, 3)
	rec := append([]float64(nil), voice...)
	clear(rec[3*8000 : 4*8000])
	s := Summarise(CorrelatePerSecond(voice, rec, 8000))
	if s.Seconds != 8 || s.Min != 0 || s.MinSecond != 3 {
		t.Fatal(s)
	}
}

func TestSpare_LeavesOutTheWorstAndNoMore(t *testing.T) {
	t.Parallel()
	all := []Segment{{Second: 0, Corr: 1}, {Second: 1, Corr: 0.2}, {Second: 2, Corr: 0.5}, {Second: 3, Corr: 0.99}}
	for n, want := range []int{4, 3, 2, 2} {
		if left := Spare(all, n, 0.95); len(left) != want || n == 1 && Summarise(left).Min != 0.5 {
			t.Errorf("%d spared: %v", n, left)
		}
	}
}

func TestCorrelatePerSecond_SilentReferenceIsSkipped(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(8, 4)
	clear(voice[2*8000 : 4*8000])
	s := CorrelatePerSecond(voice, alaw(voice), 8000)
	if len(s) != 6 || s[1].Second != 1 || s[2].Second != 4 {
		t.Fatal(s)
	}
}

func TestCorrelatePerSecond_FindsALoopFromAnywhere(t *testing.T) {
	t.Parallel()
	loop := PseudoSpeech(7, 5)
	rec := make([]float64, 2*8000, 22*8000) // two seconds before anybody speaks
	for i := range 20 * 8000 {
		rec = append(rec, loop[(i+37123)%len(loop)])
	}
	s := Summarise(CorrelatePerSecond(loop, alaw(rec), 8000, Looping()))
	if s.Seconds != 20 || s.Min < 0.99 || s.LagSpreadMs > 0.2 {
		t.Fatal(s)
	}
}

func TestCorrelatePerSecond_FindsAnOffsetAndFollowsDrift(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(30, 6)
	rec := append(make([]float64, 12345), clip.Resample(voice, 8000, 8001)...) // 125 ppm
	s := Summarise(CorrelatePerSecond(voice, rec, 8000))
	if s.Seconds < 28 || s.Min < 0.97 || s.LagSpreadMs < 3 || s.LagSpreadMs > 4.5 {
		t.Fatal(s)
	}
	if math.Abs(s.MedianLagMs-(12345/8.0+15000.0/8000)) > 1 {
		t.Fatal(s)
	}
}

func TestCorrelatePerSecond_NothingHeardIsNothing(t *testing.T) {
	t.Parallel()
	if s := CorrelatePerSecond(PseudoSpeech(5, 1), make([]float64, 40000), 8000); s != nil {
		t.Fatal(s)
	}
}

func TestSkewMs_Within2ms(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(10, 7)
	for _, want := range []float64{0, 5, 20, -35, 120} {
		shift := int(want * 8)
		left := voice[2000 : 2000+64000]
		right := alaw(voice[2000-shift : 2000-shift+64000])
		got, corr := SkewMs(left, right, 8000, 200*time.Millisecond)
		if math.Abs(got-want) > 2 || corr < 0.99 {
			t.Errorf("skew %.2f ms (correlation %.3f), want %.0f", got, corr, want)
		}
	}
}
