package audio

import "testing"

func BenchmarkCorrelatePerSecond(b *testing.B) {
	voice := PseudoSpeech(20, 1)
	long := append(append(append([]float64{}, voice...), voice...), voice...)
	for b.Loop() {
		CorrelatePerSecond(voice, long, 8000, Looping())
	}
}
