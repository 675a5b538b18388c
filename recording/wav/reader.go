package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"huifang/media/codec"
)

// Channels says which sides are played.
type Channels uint8

// The choices: both sides on two channels, or one side alone.
const (
	Both Channels = iota
	Left
	Right
	Third // a third party, who is in few recordings
)

// PCMReader presents a stored recording as a PCM16 WAV file. It implements
// io.ReadSeeker for http.ServeContent.
type PCMReader struct {
	src      io.ReadSeeker
	layout   Layout
	channels Channels
	head     []byte
	size     int64
	pos      int64
	buf      []byte
	srcPos   int64
}

// NewPCMReader reads the header of src, whose size is given, and stands at the
// beginning of the PCM file.
func NewPCMReader(src io.ReadSeeker, size int64, channels Channels) (*PCMReader, error) {
	l, err := Parse(src, size)
	if err != nil {
		return nil, err
	}
	if channels == Third && l.Channels < 3 {
		return nil, ErrNoThird
	}
	n := 1
	if channels == Both {
		n = 2
	}
	return &PCMReader{
		src: src, layout: l, channels: channels, head: pcmHeader(n, l.Samples),
		size: PCMHeaderSize + 2*int64(n)*l.Samples, srcPos: -1,
	}, nil
}

// Size is that of the PCM file.
func (r *PCMReader) Size() int64 { return r.size }

// Seek implements io.Seeker.
func (r *PCMReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning")
	}
	r.pos = offset
	return offset, nil
}

// Read implements io.Reader.
func (r *PCMReader) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	if r.pos < PCMHeaderSize {
		n := copy(p, r.head[r.pos:])
		r.pos += int64(n)
		return n, nil
	}
	// One stored byte is one PCM sample; with one side alone, every second.
	at := r.pos - PCMHeaderSize
	first := at / 2
	want := min(int64(len(p))+at%2+1, 64<<10) / 2
	if left := (r.size - PCMHeaderSize) / 2; first+want > left {
		want = left - first
	}
	// Of both sides the samples alternate; a third party is passed over.
	step, shift, sides := r.layout.Channels, int64(0), int64(2)
	if r.channels != Both {
		shift, sides = int64(r.channels-Left), 1
	}
	begin, end := first/sides, (first+want+sides-1)/sides
	raw, err := r.fetch(r.layout.Offset+begin*step, (end-begin)*step)
	if err != nil {
		return 0, err
	}
	n := 0
	for i := int64(0); i < want; i++ {
		var two [2]byte
		k := first + i
		binary.LittleEndian.PutUint16(two[:], uint16(r.decode(raw[(k/sides-begin)*step+k%sides+shift])))
		from := int64(0)
		if i == 0 {
			from = at % 2
		}
		n += copy(p[n:], two[from:])
	}
	r.pos += int64(n)
	return n, nil
}

func (r *PCMReader) decode(b byte) int16 {
	if r.layout.Law == MuLaw {
		return codec.DecodeMuLaw(b)
	}
	return codec.DecodeALaw(b)
}

// fetch reads n stored bytes at an offset, seeking only when it must.
func (r *PCMReader) fetch(at, n int64) ([]byte, error) {
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	b := r.buf[:n]
	if r.srcPos != at {
		if _, err := r.src.Seek(at, io.SeekStart); err != nil {
			return nil, fmt.Errorf("seek in recording: %w", err)
		}
	}
	if _, err := io.ReadFull(r.src, b); err != nil {
		r.srcPos = -1
		return nil, fmt.Errorf("read recording: %w", err)
	}
	r.srcPos = at + n
	return b, nil
}

// PeakPoints is how many points a channel has in a wave form that is kept.
const PeakPoints = 2000

// Peaks are the lowest and highest values of equal stretches of a recording,
// min and max in turn, -128 to 127.
type Peaks struct {
	Samples     int64
	Left, Right []int8
}

// DurationMs is the length of the recording in ms.
func (p Peaks) DurationMs() int64 { return p.Samples * 1000 / rate }

// ReadPeaks reads the whole recording into so many points a channel.
func ReadPeaks(src io.ReadSeeker, size int64, points int) (Peaks, error) {
	l, err := Parse(src, size)
	if err != nil {
		return Peaks{}, err
	}
	p := Peaks{Samples: l.Samples, Left: []int8{}, Right: []int8{}}
	if l.Samples == 0 || points <= 0 {
		return p, nil
	}
	points = int(min(int64(points), l.Samples))
	r := &PCMReader{layout: l}
	if _, err := src.Seek(l.Offset, io.SeekStart); err != nil {
		return Peaks{}, err
	}
	p.Left, p.Right = make([]int8, 2*points), make([]int8, 2*points)
	var buf []byte
	done := int64(0)
	for i := range points {
		end := l.Samples * int64(i+1) / int64(points)
		n := int(l.Channels * (end - done))
		if cap(buf) < n {
			buf = make([]byte, n)
		}
		if _, err := io.ReadFull(src, buf[:n]); err != nil {
			return Peaks{}, fmt.Errorf("read recording: %w", err)
		}
		for side, out := range [][]int8{p.Left, p.Right} {
			lo, hi := int16(0), int16(0)
			for k := side; k < n; k += int(l.Channels) {
				v := r.decode(buf[k])
				lo, hi = min(lo, v), max(hi, v)
			}
			out[2*i], out[2*i+1] = int8(lo>>8), int8(hi>>8)
		}
		done = end
	}
	return p, nil
}
