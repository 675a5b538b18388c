package clip

import "math"

// At is the clip at another rate.
func (c Clip) At(rate int) Clip {
	out := Clip{Rate: rate, Channels: make([][]float64, len(c.Channels))}
	for i, ch := range c.Channels {
		out.Channels[i] = Resample(ch, c.Rate, rate)
	}
	return out
}

// Resample changes the rate by a windowed sinc of 32 zero crossings a side. It
// adds no delay: sample 0 stays at time 0.
func Resample(x []float64, from, to int) []float64 {
	if from == to {
		return append([]float64(nil), x...)
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	// One set of weights for each of the up places that an output sample can
	// have between two input samples.
	cutoff := 0.97 * math.Min(1, float64(to)/float64(from)) // of the input's Nyquist frequency
	reach := int(math.Ceil(32 / cutoff))
	weights := make([][]float64, up)
	for phase := range weights {
		w := make([]float64, 2*reach)
		shift, sum := float64(phase)/float64(up), 0.0
		for k := range w {
			t := float64(k-reach+1) - shift
			w[k] = sinc(cutoff*t) * blackman(t/float64(reach))
			sum += w[k]
		}
		for k := range w {
			w[k] /= sum
		}
		weights[phase] = w
	}
	out := make([]float64, len(x)*up/down)
	for n := range out {
		at := n * down
		first := at/up - reach + 1
		sum := 0.0
		for k, w := range weights[at%up] {
			if i := first + k; i >= 0 && i < len(x) {
				sum += w * x[i]
			}
		}
		out[n] = sum
	}
	return out
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}

// blackman is the window from -1 to 1, 0 outside.
func blackman(t float64) float64 {
	if math.Abs(t) >= 1 {
		return 0
	}
	return 0.42 + 0.5*math.Cos(math.Pi*t) + 0.08*math.Cos(2*math.Pi*t)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
