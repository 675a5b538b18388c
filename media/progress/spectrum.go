package progress

import "math"

// blockSamples is what is judged at once, 20 ms; the bins of its spectrum are
// 50 Hz apart.
const (
	rate         = 8000
	blockSamples = 160
	binWidth     = rate / blockSamples
)

// The bins that a tone of the network fills: 300 to 700 Hz with the skirts of
// the window, and 850 to 1900 Hz for special information tones.
const (
	lowBin, highBin = 6, 14
	sitLow, sitHigh = 17, 38
)

// block is what is known of 20 ms.
type block struct {
	level  float64 // dBFS of the mean square, a full-scale sine is -3
	purity float64 // share of the energy that lies in the band of the tones
	pitch  float64 // Hz, middle of that energy
	sit    int     // 1, 2, 3: the frequency of a special information tone; else 0
}

// loud says that there is something to hear; below are line noise and comfort noise.
func (b block) loud() bool { return b.level > -46 }

// tonal says that all of it is one tone of the network, or two close ones.
func (b block) tonal() bool { return b.loud() && b.purity > 0.85 }

// analyser looks at blocks. Its tables are made once.
type analyser struct {
	window   [blockSamples]float64
	cos, sin [blockSamples]float64
}

func newAnalyser() *analyser {
	a := &analyser{}
	for i := range a.window {
		turn := 2 * math.Pi * float64(i) / blockSamples
		a.window[i] = 0.5 - 0.5*math.Cos(turn) // Hann: little leaks further than two bins
		a.cos[i], a.sin[i] = math.Cos(turn), math.Sin(turn)
	}
	return a
}

func (a *analyser) look(pcm *[blockSamples]int16) block {
	var w [blockSamples]float64
	sum, windowed := 0.0, 0.0
	for i, s := range pcm {
		v := float64(s) / 32768
		sum += v * v
		w[i] = v * a.window[i]
		windowed += w[i] * w[i]
	}
	b := block{level: 10 * math.Log10(sum/blockSamples+1e-12)}
	if !b.loud() || windowed == 0 {
		return b
	}
	var power [sitHigh + 1]float64
	for k := lowBin; k <= sitHigh; k++ {
		if k > highBin && k < sitLow {
			continue
		}
		re, im := 0.0, 0.0
		for i, v := range w {
			re += v * a.cos[i*k%blockSamples]
			im += v * a.sin[i*k%blockSamples]
		}
		power[k] = 2 * (re*re + im*im) / blockSamples // Parseval: all bins add up to windowed
	}
	low, middle := 0.0, 0.0
	for k := lowBin; k <= highBin; k++ {
		low += power[k]
		middle += power[k] * float64(k*binWidth)
	}
	b.purity = low / windowed
	if low > 0 {
		b.pitch = middle / low
	}
	for i, hz := range [...]int{950, 1400, 1800} {
		near := 0.0
		for k := hz/binWidth - 3; k <= min(hz/binWidth+3, sitHigh); k++ {
			near += power[k]
		}
		if near/windowed > 0.85 {
			b.sit = i + 1
		}
	}
	return b
}
