package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"huifang/media/codec"
)

// ErrForeign says that a file is no recording that can be taken in.
var ErrForeign = errors.New("not a WAV of PCM (16 bit) or G.711, one or two channels, 8000 to 48000 Hz")

// Foreign is a WAV that others made: PCM of 16 bits or G.711, one or two
// channels, 8000 to 48000 Hz, read piece by piece by one goroutine.
type Foreign struct {
	src      io.ReaderAt
	format   uint16  // 1: PCM, or a Law
	cut      float64 // of the low-pass, of the file's half rate
	half     int64   // of its length, in samples of the file
	kernels  map[int64][]float64
	offset   int64
	frames   int64
	Channels int
	Rate     int
}

const pcm = 1

// OpenForeign reads the header of a file of so many bytes. A data chunk that
// claims more than the file holds ends with the file.
func OpenForeign(src io.ReaderAt, size int64) (*Foreign, error) {
	var head [12]byte
	if _, err := src.ReadAt(head[:], 0); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, ErrForeign
	}
	f := &Foreign{src: src}
	for at := int64(12); ; {
		var chunk [8]byte
		if _, err := src.ReadAt(chunk[:], at); err != nil {
			return nil, fmt.Errorf("%w: it has no data chunk", ErrForeign)
		}
		n := int64(binary.LittleEndian.Uint32(chunk[4:]))
		at += 8
		switch string(chunk[:4]) {
		case "fmt ":
			if err := f.read(at, n); err != nil {
				return nil, err
			}
		case "data":
			if f.Rate == 0 {
				return nil, fmt.Errorf("%w: its data come before their format", ErrForeign)
			}
			f.offset, f.frames = at, min(n, size-at)/f.frame()
			if f.frames <= 0 {
				return nil, fmt.Errorf("%w: it has no samples", ErrForeign)
			}
			return f, nil
		}
		at += n + n&1
	}
}

// read takes the format chunk, also in its extensible form.
func (f *Foreign) read(at, n int64) error {
	var b [26]byte
	got, err := f.src.ReadAt(b[:min(int64(len(b)), n)], at)
	if err != nil || got < 16 {
		return ErrForeign
	}
	le := binary.LittleEndian
	f.format, f.Channels, f.Rate = le.Uint16(b[:]), int(le.Uint16(b[2:])), int(le.Uint32(b[4:]))
	if bits := le.Uint16(b[14:]); f.format == 0xfffe && got == len(b) {
		f.format = le.Uint16(b[24:])
	} else if f.format == pcm && bits != 16 {
		return fmt.Errorf("%w: it has %d bits", ErrForeign, bits)
	}
	if f.format != pcm && f.format != uint16(ALaw) && f.format != uint16(MuLaw) {
		return fmt.Errorf("%w: its coding is %#x", ErrForeign, f.format)
	}
	if f.Channels < 1 || f.Channels > 2 || f.Rate < rate || f.Rate > 6*rate {
		return fmt.Errorf("%w: it has %d channels at %d Hz", ErrForeign, f.Channels, f.Rate)
	}
	if f.cut, f.half = 1, 1; f.Rate > rate {
		f.cut = 0.9 * rate / float64(f.Rate)
		f.half = int64(math.Ceil(crossings / f.cut))
	}
	return nil
}

func (f *Foreign) frame() int64 {
	if f.format == pcm {
		return 2 * int64(f.Channels)
	}
	return int64(f.Channels)
}

// Samples is the length at 8000 Hz, per channel.
func (f *Foreign) Samples() int64 { return f.frames * rate / int64(f.Rate) }

// Law is what the file's own coding is, A-law for PCM.
func (f *Foreign) Law() Law {
	if f.format == uint16(MuLaw) {
		return MuLaw
	}
	return ALaw
}

// Coding names the file's coding: pcm, alaw, mulaw.
func (f *Foreign) Coding() string {
	if f.format == pcm {
		return "pcm"
	}
	return f.Law().String()
}

// Encode gives n samples from one on, at 8000 Hz in the file's law, as pairs of
// left and right; one channel is heard on both sides. G.711 of 8000 Hz comes as
// it lies in the file, bit by bit.
func (f *Foreign) Encode(from, n int64) ([]byte, error) {
	if f.Rate == rate && f.format != pcm {
		in, err := f.raw(from, n)
		if err != nil || f.Channels == 2 {
			return in, err
		}
		out := make([]byte, 0, 2*n)
		for _, b := range in {
			out = append(out, b, b)
		}
		return out, nil
	}
	hz := int64(f.Rate)
	first := max(0, from*hz/rate-f.half)
	last := min(f.frames, (from+n)*hz/rate+f.half+1)
	in, err := f.raw(first, last-first)
	if err != nil {
		return nil, err
	}
	encode := codec.EncodeALaw
	if f.Law() == MuLaw {
		encode = codec.EncodeMuLaw
	}
	out := make([]byte, 2*n)
	for c := range f.Channels {
		x := f.linear(in, c)
		for i := range n {
			at := (from + i) * hz
			v := 0.0
			for k, w := range f.kernel(at % rate) {
				if j := at/rate - f.half + 1 + int64(k) - first; j >= 0 && j < int64(len(x)) {
					v += w * x[j]
				}
			}
			out[2*i+int64(c)] = encode(int16(math.Round(max(math.MinInt16, min(math.MaxInt16, v)))))
		}
	}
	if f.Channels == 1 {
		for i := range n {
			out[2*i+1] = out[2*i]
		}
	}
	return out, nil
}

func (f *Foreign) raw(from, n int64) ([]byte, error) {
	b := make([]byte, n*f.frame())
	if _, err := f.src.ReadAt(b, f.offset+from*f.frame()); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

func (f *Foreign) linear(in []byte, channel int) []float64 {
	step := int(f.frame())
	out := make([]float64, len(in)/step)
	for i := range out {
		switch at := i*step + channel; Law(f.format) {
		case ALaw:
			out[i] = float64(codec.DecodeALaw(in[at]))
		case MuLaw:
			out[i] = float64(codec.DecodeMuLaw(in[at]))
		default:
			at = i*step + 2*channel
			out[i] = float64(int16(binary.LittleEndian.Uint16(in[at:])))
		}
	}
	return out
}

// crossings of zero that the low-pass has on each side.
const crossings = 16

// kernel gives the weights of the 2*half samples around a place that lies so many
// parts of 8000 behind a sample: a low-pass at nine tenths of 4000 Hz (sinc,
// Hann). At 8000 Hz it is that sample alone.
func (f *Foreign) kernel(phase int64) []float64 {
	if k, ok := f.kernels[phase]; ok {
		return k
	}
	k, sum := make([]float64, 2*f.half), 0.0
	for i := range k {
		d := float64(phase)/rate + float64(f.half-1-int64(i))
		k[i] = 0.5 + 0.5*math.Cos(math.Pi*d/float64(f.half))
		if a := math.Pi * f.cut * d; math.Abs(a) > 1e-9 {
			k[i] *= math.Sin(a) / a
		}
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
	}
	if f.kernels == nil {
		f.kernels = map[int64][]float64{}
	}
	f.kernels[phase] = k
	return k
}
