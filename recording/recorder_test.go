package recording

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// TestMain lets the test binary be the recorder that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HUIFANG_RECORDER_CHILD"); dir != "" {
		recordForEver(dir)
	}
	os.Exit(m.Run())
}

// recordForEver writes one packet a side every 20 ms and says which.
func recordForEver(dir string) {
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		panic(err)
	}
	r, err := Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New()})
	if err != nil {
		panic(err)
	}
	out := bufio.NewWriterSize(os.Stdout, 16)
	for i := range 10000 {
		at := r.opened.Add(time.Duration(i) * 20 * time.Millisecond)
		time.Sleep(time.Until(at))
		for _, side := range []media.Side{media.Agent, media.Customer} {
			r.TapFrame(side, frame(i, time.Now()))
		}
		fmt.Fprintln(out, i)
		_ = out.Flush()
	}
}

func frame(i int, at time.Time) *media.Frame {
	return &media.Frame{PayloadType: media.PCMA, Sequence: uint16(i), Timestamp: uint32(i * 160), SSRC: 7, Arrival: at,
		Payload: bytes.Repeat([]byte{byte(i)}, 160)}
}

func open(t *testing.T, cfg spool.Config, failed func(error)) (*Recorder, *spool.Spool) {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	s, err := spool.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r, err := Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New(), Failed: failed})
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}

func TestRecorder_BytesOfTheWireInStepAndInTheirChannel(t *testing.T) {
	t.Parallel()
	r, _ := open(t, spool.Config{}, nil)
	const n = 200
	for i := range n {
		at := r.opened.Add(time.Second + time.Duration(i+1)*20*time.Millisecond)
		left := frame(i, at)
		r.TapFrame(media.Agent, left)
		if i >= 50 { // the customer speaks a second later, in mu-law
			right := frame(i, at)
			right.PayloadType = media.PCMU
			r.TapFrame(media.Customer, right)
		}
	}
	r.Mark("answered", r.opened.Add(2*time.Second))
	sealed, err := r.Close("")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(file)
	if !bytes.Equal(sum[:], sealed.SHA256) || int64(len(file)) != sealed.Bytes || sealed.Interrupted {
		t.Fatalf("seal does not fit the file: %+v", sealed)
	}
	l, err := wav.Parse(bytes.NewReader(file), int64(len(file)))
	if err != nil || l.Law != wav.ALaw || l.Samples < n*160 {
		t.Fatalf("%+v %v", l, err)
	}
	for i := range n {
		for k := range 160 {
			at := wav.HeaderSize + 2*(i*160+k)
			if file[at] != byte(i) {
				t.Fatalf("left sample %d is %d, want %d", i*160+k, file[at], byte(i))
			}
			want := byte(codec.ALawSilence)
			if i >= 50 {
				want = codec.MuLawToALaw(byte(i))
			}
			if file[at+1] != want {
				t.Fatalf("right sample %d is %d, want %d", i*160+k, file[at+1], want)
			}
		}
	}
	if len(sealed.Facts.Marks) != 1 || sealed.Facts.Marks[0].AtMs != 1000 {
		t.Fatalf("marks count from the first sample: %+v", sealed.Facts.Marks)
	}
	if sealed.EmptyLeft || sealed.EmptyRight || sealed.Facts.Customer.Packets != n-50 {
		t.Fatalf("%+v", sealed)
	}
}

// A voice begins somewhere within the last packet of the notice. All of both is
// there, and the voice runs on without a correction in the middle of a word.
func TestRecorder_VoiceAfterANoticeIsNotBent(t *testing.T) {
	t.Parallel()
	for ms := range 20 {
		r, _ := open(t, spool.Config{}, nil)
		const notice, voice = 50, 1000
		at := func(i int) time.Time { return r.opened.Add(time.Second + time.Duration(i)*20*time.Millisecond) }
		for i := range notice {
			r.TapFrame(media.Agent, frame(i, at(i)))
		}
		for i := range voice {
			f := frame(i, at(notice-1+i).Add(time.Duration(ms+1)*time.Millisecond))
			f.SSRC = 8
			r.TapFrame(media.Agent, f)
		}
		sealed, err := r.Close("")
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(sealed.Path)
		if err != nil {
			t.Fatal(err)
		}
		var left []byte
		for at := wav.HeaderSize; at < len(file); at += 2 {
			left = append(left, file[at])
		}
		var said []byte
		for i := range voice {
			said = append(said, frame(i, time.Time{}).Payload...)
		}
		if n := bytes.Index(left, said); n < notice*160 || n > (notice+1)*160 {
			t.Errorf("%d ms into the last packet: the voice stands at %d (-1: in pieces)", ms, n)
		}
		if !bytes.Equal(left[:notice*160], said[:notice*160]) {
			t.Errorf("%d ms into the last packet: the notice is not whole", ms)
		}
	}
}

// A voice comes back after half a minute, and its first packet is late: that one
// does not move the rest.
func TestRecorder_LatePacketAfterASilenceBendsNothing(t *testing.T) {
	t.Parallel()
	for cut := range 20 { // a window of the drift ends in one of these
		r, _ := open(t, spool.Config{}, nil)
		const after = 600
		begin := 290 + cut
		put := func(i, moved int, late time.Duration) {
			f := frame(i, r.opened.Add(time.Second+time.Duration(i+moved)*20*time.Millisecond+late))
			f.Timestamp += uint32(moved * 160)
			r.TapFrame(media.Agent, f)
		}
		for i := range begin {
			put(i, 0, 0)
		}
		for i := range after {
			put(begin+i, 1500, time.Duration(max(0, 2-i))*20*time.Millisecond)
		}
		sealed, err := r.Close("")
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(sealed.Path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range after {
			at := wav.HeaderSize + 2*160*(begin+1500+i)
			if file[at] != byte(begin+i) || file[at+2*159] != byte(begin+i) {
				t.Fatalf("silence after %d packets: packet %d after it is %d to %d", begin, i, file[at], file[at+2*159])
			}
		}
	}
}

// The first packet of each side comes late, as when a machine is busy at the
// answer: nothing of what it anchors is cut or doubled, and it ends in step.
func TestRecorder_SlowFirstPacketLeavesNoJump(t *testing.T) {
	t.Parallel()
	r, _ := open(t, spool.Config{}, nil)
	const n = 150
	for i := range n {
		for side, late := range map[media.Side]time.Duration{media.Agent: 30 * time.Millisecond, media.Customer: 0} {
			at := time.Second + time.Duration(i+1)*20*time.Millisecond
			if i == 0 {
				at += late
			}
			r.TapFrame(side, frame(i, r.opened.Add(at)))
		}
	}
	sealed, err := r.Close("")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for k := range 160 {
			at := wav.HeaderSize + 2*(i*160+k)
			if file[at] != byte(i) || file[at+1] != byte(i) {
				t.Fatalf("packet %d, sample %d: left %d, right %d", i, k, file[at], file[at+1])
			}
		}
	}
	if since := sealed.StartedAt.Sub(sealed.OpenedAt); since != time.Second {
		t.Fatalf("first sample at %v", since)
	}
}

func TestRecorder_KilledLosesAtMostTheLast200ms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "HUIFANG_RECORDER_CHILD="+dir)
	pipe, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	last := 0
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatal(err)
		}
		if last == 130 {
			if err := child.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait()
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, err := s.Entries()
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	sealed, err := Seal(entries[0])
	if err != nil || !sealed.Interrupted {
		t.Fatalf("%+v %v", sealed, err)
	}
	have, told := sealed.Duration, time.Duration(last+1)*20*time.Millisecond
	if missing := told - have; missing > 200*time.Millisecond {
		t.Fatalf("%s of %s are missing", missing, told)
	}
	again, err := Seal(entries[0])
	if err != nil || !bytes.Equal(again.SHA256, sealed.SHA256) {
		t.Fatal("sealing again must give the same")
	}
}

func TestSeal_CutsAtTheFirstDamagedRecord(t *testing.T) {
	t.Parallel()
	r, s := open(t, spool.Config{}, nil)
	for i := range 100 {
		r.TapFrame(media.Agent, frame(i, r.opened.Add(time.Duration(i+1)*20*time.Millisecond)))
	}
	if _, err := r.Close(""); err != nil {
		t.Fatal(err)
	}
	e, err := s.Find(r.opts.RecordingID)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{e.WAV(), e.Seal()} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.ReadFile(e.Log())
	if err != nil {
		t.Fatal(err)
	}
	log[50*200+120] ^= 1 // in the 51st record
	if err := os.WriteFile(e.Log(), append(log, make([]byte, 4096)...), 0o600); err != nil {
		t.Fatal(err)
	}
	sealed, err := Seal(e)
	if err != nil || !sealed.Interrupted || sealed.Duration != time.Second {
		t.Fatalf("%+v %v", sealed.Duration, err)
	}
}

func TestRuleT01_FullSpoolRefusesTheRecording(t *testing.T) {
	t.Parallel()
	s, err := spool.Open(spool.Config{Dir: t.TempDir(), Reserve: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = Open(Options{Spool: s, RecordingID: uuid.New()})
	var full *spool.FullError
	if !errors.As(err, &full) || full.Free == 0 {
		t.Fatalf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(t.TempDir(), "*", "*")); len(left) != 0 {
		t.Fatal("a refused recording left something behind")
	}
}

// brokenFile fails its writes after some bytes, as a full disk does.
type brokenFile struct {
	spool.File
	left int
}

func (f *brokenFile) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, syscall.ENOSPC
	}
	return f.File.Write(b)
}

func TestRuleT01_RecordingThatCannotBeWrittenIsReportedOnce(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 10)
	r, _ := open(t, spool.Config{Create: func(path string) (spool.File, error) {
		f, err := os.Create(path)
		return &brokenFile{File: f, left: 20_000}, err
	}}, func(err error) { failed <- err })
	for i := 0; ; i++ {
		r.TapFrame(media.Customer, frame(i, time.Now()))
		select {
		case err := <-failed:
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			sealed, err := r.Close("write")
			if err != nil || !sealed.Interrupted || len(failed) != 0 {
				t.Fatalf("%+v %v, %d more reports", sealed, err, len(failed))
			}
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestRecorder_NothingHeardIsAnEmptyFileAndAnAlarm(t *testing.T) {
	t.Parallel()
	r, _ := open(t, spool.Config{}, nil)
	sealed, err := r.Close("")
	if err != nil || !sealed.EmptyLeft || !sealed.EmptyRight || sealed.Duration != 0 || sealed.Bytes != wav.HeaderSize {
		t.Fatalf("%+v %v", sealed, err)
	}
}

func BenchmarkRecorder_TapFrame(b *testing.B) {
	s, err := spool.Open(spool.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r, err := Open(Options{Spool: s, RecordingID: uuid.New()})
	if err != nil {
		b.Fatal(err)
	}
	f := frame(0, time.Now())
	b.ReportAllocs()
	for i := range b.N {
		f.Timestamp = uint32(i * 160)
		r.TapFrame(media.Agent, f)
	}
	b.StopTimer()
	_, _ = r.Close("")
}

func TestStates_AreDistinct(t *testing.T) {
	t.Parallel()
	all := States()
	slices.Sort(all)
	if len(slices.Compact(all)) != len(States()) {
		t.Fatal("a state stands twice")
	}
}
