package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"huifang/media/codec"
)

// stored makes a recording with a ramp on the left and silence on the right.
func stored(law Law, samples int) []byte {
	b := Header(law, int64(samples), 2)
	for i := range samples {
		v := int16(i*37%20000 - 10000)
		if law == MuLaw {
			b = append(b, codec.EncodeMuLaw(v), codec.MuLawSilence)
		} else {
			b = append(b, codec.EncodeALaw(v), codec.ALawSilence)
		}
	}
	return b
}

func TestPCMReader_EverySideAndLaw(t *testing.T) {
	t.Parallel()
	for _, law := range []Law{ALaw, MuLaw} {
		file := stored(law, 1001)
		if len(file) != HeaderSize+2002 {
			t.Fatalf("header is %d bytes", len(file)-2002)
		}
		for channels, width := range map[Channels]int{Both: 2, Left: 1, Right: 1} {
			r, err := NewPCMReader(bytes.NewReader(file), int64(len(file)), channels)
			if err != nil {
				t.Fatal(err)
			}
			pcm, err := io.ReadAll(r)
			if err != nil || int64(len(pcm)) != r.Size() || len(pcm) != 44+1001*2*width {
				t.Fatalf("%d bytes, want %d: %v", len(pcm), r.Size(), err)
			}
			if got := int(binary.LittleEndian.Uint16(pcm[22:])); got != width {
				t.Fatalf("%d channels", got)
			}
			for i := range 1001 {
				got := int16(binary.LittleEndian.Uint16(pcm[44+2*width*i:]))
				code := file[HeaderSize+2*i]
				if channels == Right {
					code = file[HeaderSize+2*i+1]
				}
				want := codec.DecodeALaw(code)
				if law == MuLaw {
					want = codec.DecodeMuLaw(code)
				}
				if got != want {
					t.Fatalf("law %s, channels %d, sample %d: %d, want %d", law, channels, i, got, want)
				}
			}
			if _, err := r.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			if err := iotest.TestReader(r, pcm); err != nil {
				t.Fatal(err) // any offset, any length
			}
		}
	}
}

func TestParse_CrashedHeaderAndForeignFiles(t *testing.T) {
	t.Parallel()
	file := stored(ALaw, 100)
	binary.LittleEndian.PutUint32(file[HeaderSize-4:], 0xFFFFFFFF)
	l, err := Parse(bytes.NewReader(file), int64(len(file)))
	if err != nil || l.Samples != 100 {
		t.Fatal(l, err)
	}
	for _, bad := range [][]byte{nil, []byte("RIFF"), file[:HeaderSize-10], bytes.Replace(file, []byte("WAVE"), []byte("AVI "), 1)} {
		if _, err := Parse(bytes.NewReader(bad), int64(len(bad))); !errors.Is(err, ErrFormat) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

func TestReadPeaks_ShowsTheSideThatSpeaks(t *testing.T) {
	t.Parallel()
	file := stored(ALaw, 8000)
	p, err := ReadPeaks(bytes.NewReader(file), int64(len(file)), 10)
	if err != nil || len(p.Left) != 20 || p.Samples != 8000 {
		t.Fatal(len(p.Left), err)
	}
	for i := range 10 {
		if p.Left[2*i] >= 0 || p.Left[2*i+1] <= 0 || p.Right[2*i+1] != 0 {
			t.Fatalf("point %d: left %d %d, right %d", i, p.Left[2*i], p.Left[2*i+1], p.Right[2*i+1])
		}
	}
}

// A file with a third party gives its sides as one without, and the third alone.
func TestPCMReader_ThirdParty(t *testing.T) {
	t.Parallel()
	const n = 501
	file := Header(ALaw, n, 3)
	for i := range n {
		for side := range 3 {
			file = append(file, byte(i*3+side))
		}
	}
	for channels, sides := range map[Channels][]int{Both: {0, 1}, Left: {0}, Right: {1}, Third: {2}} {
		r, err := NewPCMReader(bytes.NewReader(file), int64(len(file)), channels)
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := io.ReadAll(r)
		if err != nil || int64(len(pcm)) != r.Size() || len(pcm) != PCMHeaderSize+2*n*len(sides) {
			t.Fatalf("%d bytes: %v", len(pcm), err)
		}
		for i := range n {
			for k, side := range sides {
				got := int16(binary.LittleEndian.Uint16(pcm[PCMHeaderSize+2*(i*len(sides)+k):]))
				if want := codec.DecodeALaw(byte(i*3 + side)); got != want {
					t.Fatalf("channels %d, sample %d of side %d: %d, want %d", channels, i, side, got, want)
				}
			}
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, pcm); err != nil {
			t.Fatal(err)
		}
	}
	two := stored(ALaw, 10)
	if _, err := NewPCMReader(bytes.NewReader(two), int64(len(two)), Third); !errors.Is(err, ErrNoThird) {
		t.Errorf("third of two: %v", err)
	}
	if p, err := ReadPeaks(bytes.NewReader(file), int64(len(file)), 10); err != nil || p.Samples != n || len(p.Left) != 20 {
		t.Errorf("%+v %v", p, err)
	}
}
