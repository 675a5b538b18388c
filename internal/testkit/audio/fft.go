package audio

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// The functions here touch only what they are given, and take most of the time of
// the tests of sound: without the race detector's look at every sample the calls
// of other tests have the processor.

// slider keeps the roots of unity of the sizes that it has transformed. It is
// for one goroutine.
type slider map[int][]complex128

//go:norace
func (s slider) roots(n int) []complex128 {
	if s[n] == nil {
		s[n] = make([]complex128, n/2)
		for i := range s[n] {
			s[n][i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(n))
		}
	}
	return s[n]
}

// fft transforms x in place; its length is a power of two.
//
//go:norace
func (s slider) fft(x []complex128) {
	n := len(x)
	if n < 2 {
		return
	}
	shift := 64 - bits.TrailingZeros(uint(n))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	roots := s.roots(n)
	for size := 2; size <= n; size *= 2 {
		half, step := size/2, n/size
		for start := 0; start < n; start += size {
			for k := range half {
				a, b := x[start+k], x[start+k+half]*roots[k*step]
				x[start+k], x[start+k+half] = a+b, a-b
			}
		}
	}
}

// slide is the sum over i of x[i]*y[i+k], for k from 0 to len(y)-len(x): x slid
// along y.
//
//go:norace
func (s slider) slide(x, y []float64) []float64 {
	if len(x) == 0 || len(y) < len(x) {
		return nil
	}
	n := 1
	for n < len(y)+len(x) {
		n *= 2
	}
	// Both are real, so one transform serves both: a = y + i*x.
	a := make([]complex128, n)
	for i, v := range y {
		a[i] = complex(v, 0)
	}
	for i, v := range x {
		a[i] += complex(0, v)
	}
	s.fft(a)
	product := make([]complex128, n)
	for k := range a {
		mirror := cmplx.Conj(a[(n-k)%n])
		fy, fx := (a[k]+mirror)/2, (a[k]-mirror)/2i
		// The conjugate of the product, transformed forward, is the inverse.
		product[k] = cmplx.Conj(fy * cmplx.Conj(fx))
	}
	s.fft(product)
	out := make([]float64, len(y)-len(x)+1)
	for k := range out {
		out[k] = real(product[k]) / float64(n)
	}
	return out
}
