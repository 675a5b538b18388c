package audio

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"huifang/media/codec"
)

func alaw(x []float64) []float64 { return FromALaw(codec.EncodeALawPCM(nil, ToPCM(x))) }

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
	rec := append(make([]float64, 12345), Resample(voice, 8000, 8001)...) // 125 ppm
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

func TestResample_KeepsTheVoiceAndItsTime(t *testing.T) {
	t.Parallel()
	voice := PseudoSpeech(6, 8)
	for _, rate := range []int{16000, 22050, 44100, 48000} {
		back := Resample(Resample(voice, 8000, rate), rate, 8000)
		s := Summarise(CorrelatePerSecond(voice, back, 8000))
		if s.Seconds < 5 || s.Min < 0.995 || math.Abs(s.MedianLagMs) > 0.05 {
			t.Errorf("by way of %d Hz: %s", rate, s)
		}
	}
}

func TestWAV_RoundTripAndUnfinishedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "two.wav")
	want := Clip{Rate: 8000, Channels: [][]float64{PseudoSpeech(2, 1), PseudoSpeech(2, 2)}}
	if err := WriteWAV(path, want); err != nil {
		t.Fatal(err)
	}
	got := MustReadWAV(t, path)
	if got.Rate != 8000 || len(got.Channels) != 2 || got.Seconds() != 2 {
		t.Fatalf("%d Hz, %d channels, %.1f s", got.Rate, len(got.Channels), got.Seconds())
	}
	for ch := range want.Channels {
		for i, v := range want.Channels[ch] {
			if math.Abs(got.Channels[ch][i]-v) > 1.0/32768 {
				t.Fatalf("channel %d, sample %d: %f, want %f", ch, i, got.Channels[ch][i], v)
			}
		}
	}
}

func TestParseWAV_LawsAndOpenSizes(t *testing.T) {
	t.Parallel()
	for _, size := range []byte{0, 4, 0xFF} { // not finished, right, not finished
		file := []byte("RIFF\xFF\xFF\xFF\xFFWAVEfmt \x12\x00\x00\x00\x06\x00\x02\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x08\x00\x00\x00data")
		file = append(file, size, 0, 0, 0, 0xD5, 0xAA, 0x55, 0x2A)
		clip, err := ParseWAV(file)
		if err != nil {
			t.Fatal(err)
		}
		left, right := clip.Channels[0], clip.Channels[1]
		if len(left) != 2 || left[0] != 8.0/32768 || left[1] != -8.0/32768 || right[0] != 32256.0/32768 || right[1] != -32256.0/32768 {
			t.Fatal(clip)
		}
	}
	for _, bad := range []string{"", "RIFF....WAVE", "RIFF....WAVEdata\x00\x00\x00\x00"} {
		if _, err := ParseWAV([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParseWAV(f *testing.F) {
	f.Add([]byte("RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x02\x00\x00\x00ab"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if clip, err := ParseWAV(file); err == nil && len(clip.Channels) == 0 {
			t.Fatal("no channels and no error")
		}
	})
}
