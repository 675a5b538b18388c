package clip_test

import (
	"math"
	"path/filepath"
	"testing"

	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
)

func TestResample_KeepsTheVoiceAndItsTime(t *testing.T) {
	t.Parallel()
	voice := audio.PseudoSpeech(6, 8)
	for _, rate := range []int{16000, 22050, 44100, 48000} {
		back := clip.Resample(clip.Resample(voice, 8000, rate), rate, 8000)
		s := audio.Summarise(audio.CorrelatePerSecond(voice, back, 8000))
		if s.Seconds < 5 || s.Min < 0.995 || math.Abs(s.MedianLagMs) > 0.05 {
			t.Errorf("by way of %d Hz: %s", rate, s)
		}
	}
}

func TestWAV_RoundTripAndUnfinishedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "two.wav")
	want := clip.Clip{Rate: 8000, Channels: [][]float64{audio.PseudoSpeech(2, 1), audio.PseudoSpeech(2, 2)}}
	if err := clip.Write(path, want); err != nil {
		t.Fatal(err)
	}
	got := audio.MustReadWAV(t, path)
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

func TestParse_LawsAndOpenSizes(t *testing.T) {
	t.Parallel()
	for _, size := range []byte{0, 4, 0xFF} { // not finished, right, not finished
		file := []byte("RIFF\xFF\xFF\xFF\xFFWAVEfmt \x12\x00\x00\x00\x06\x00\x02\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x08\x00\x00\x00data")
		file = append(file, size, 0, 0, 0, 0xD5, 0xAA, 0x55, 0x2A)
		sound, err := clip.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		left, right := sound.Channels[0], sound.Channels[1]
		if len(left) != 2 || left[0] != 8.0/32768 || left[1] != -8.0/32768 || right[0] != 32256.0/32768 || right[1] != -32256.0/32768 {
			t.Fatal(sound)
		}
	}
	for _, bad := range []string{"", "RIFF....WAVE", "RIFF....WAVEdata\x00\x00\x00\x00"} {
		if _, err := clip.Parse([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x02\x00\x00\x00ab"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if sound, err := clip.Parse(file); err == nil && len(sound.Channels) == 0 {
			t.Fatal("no channels and no error")
		}
	})
}

func TestClip_ToALawOfAnyFileIsWhatATelephoneSays(t *testing.T) {
	t.Parallel()
	voice := audio.PseudoSpeech(4, 3)
	two := clip.Clip{Rate: 48000, Channels: [][]float64{clip.Resample(voice, 8000, 48000), make([]float64, 6*len(voice))}}
	s := audio.Summarise(audio.CorrelatePerSecond(voice, clip.FromALaw(two.ToALaw()), 8000))
	if s.Seconds < 3 || s.Min < 0.99 {
		t.Errorf("48 kHz with an empty second channel: %s", s)
	}
	if got := (clip.Clip{Rate: 8000}).ToALaw(); got != nil {
		t.Errorf("no channel gives %d bytes", len(got))
	}
}
