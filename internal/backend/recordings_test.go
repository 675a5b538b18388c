package backend

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/httpapi"
	"huifang/internal/replay"
)

func (h *house) recording() string { return "/recordings/" + h.tape.detail.ID.String() }

func TestAudio_PlaysTheStoredSidesWithTheirTag(t *testing.T) {
	t.Parallel()
	for channel, sides := range map[string]int{"both": 2, "left": 1, "right": 1} {
		h := newHouse(t)
		w := h.ask(http.MethodGet, h.recording()+"/audio?channel="+channel, "auditor", "")
		raw := w.Body.Bytes()
		if w.Code != http.StatusOK || len(raw) != 44+2*sides*16000 || int(binary.LittleEndian.Uint16(raw[22:])) != sides {
			t.Fatalf("%s: %d, %d bytes", channel, w.Code, len(raw))
		}
		if tag := w.Header().Get("ETag"); tag != `"`+hex.EncodeToString(h.tape.detail.SHA256)+"-"+channel+`"` {
			t.Fatalf("%s: %s", channel, tag)
		}
		if a := h.tape.accesses; len(a) != 1 || a[0].Action != replay.ActionFetched || string(a[0].Channel) != channel || a[0].ToMs != 2000 || h.tape.closed != 1 {
			t.Fatalf("%s: log %+v, closed %d times", channel, a, h.tape.closed)
		}
	}
}

func TestAudio_PartIsLoggedAsItsTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.ask(http.MethodGet, h.recording()+"/audio?channel=right", "inspector", "", "Range", "bytes=16044-")
	if w.Code != http.StatusPartialContent || w.Body.Len() != 16000 {
		t.Fatalf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if a := h.tape.accesses; len(a) != 1 || !a[0].HasRange || a[0].FromMs != 1000 || a[0].ToMs != 2000 || a[0].Channel != replay.ChannelRight {
		t.Fatalf("%+v", a)
	}
}

func TestRuleS01_NoLogNoAudio(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tape.logErr = errors.New("database away")
	w := h.ask(http.MethodGet, h.recording()+"/audio", "auditor", "")
	if w.Code != http.StatusInternalServerError || h.tape.read != 0 || h.tape.closed != 1 {
		t.Fatalf("%d, %d bytes read, closed %d times", w.Code, h.tape.read, h.tape.closed)
	}
	if w := h.ask(http.MethodGet, h.recording(), "auditor", ""); w.Code != http.StatusInternalServerError {
		t.Fatalf("the page of a recording without a log line: %d", w.Code)
	}
}

func TestRuleS01_WhoHears(t *testing.T) {
	t.Parallel()
	may := map[access.Role]bool{access.RoleInspector: true, access.RoleAuditor: true, access.RoleRecordsHead: true}
	for _, role := range access.Roles() {
		for _, path := range []string{"", "/audio", "/peaks"} {
			h := newHouse(t)
			w := h.ask(http.MethodGet, h.recording()+path, string(role), "")
			switch {
			case may[role] && w.Code != http.StatusOK:
				t.Errorf("%s, %q: %d %s", role, path, w.Code, w.Body)
			case !may[role] && (w.Code != http.StatusForbidden || h.tape.read != 0 || len(h.tape.accesses) != 1 || h.tape.accesses[0].Action != replay.ActionRefused):
				t.Errorf("%s, %q: %d, %d bytes read, log %+v", role, path, w.Code, h.tape.read, h.tape.accesses)
			}
		}
	}
}

func TestRecording_UnknownIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, id := range []string{uuid.NewString(), "17", "..%2f"} {
		for _, path := range []string{"", "/audio", "/peaks"} {
			if w := h.ask(http.MethodGet, "/recordings/"+id+path, "auditor", ""); w.Code != http.StatusNotFound || h.tape.read != 0 {
				t.Errorf("%s%s: %d", id, path, w.Code)
			}
		}
	}
}

func TestHeard_IsLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.ask(http.MethodPost, h.recording()+"/heard", "auditor", `{"from_ms":500,"to_ms":90000,"channel":"left"}`)
	if w.Code != http.StatusNoContent {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if a := h.tape.accesses; len(a) != 1 || a[0].Action != replay.ActionHeard || a[0].FromMs != 500 || a[0].ToMs != 2000 || a[0].Channel != replay.ChannelLeft {
		t.Fatalf("%+v", a)
	}
}

func TestPeaks_OfBothSides(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := object(t, h.ask(http.MethodGet, h.recording()+"/peaks?points=10", "auditor", ""), http.StatusOK)
	left, right := p["left"].([]any), p["right"].([]any)
	if p["duration_ms"] != 2000.0 || len(left) != 20 || len(right) != 20 || left[0] == left[1] || right[0] != 0.0 || right[1] != 0.0 {
		t.Fatalf("%v", p)
	}
}

func TestWave_RefusesWhatIsNoChannelAndNoRecording(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	src := &sound{tape: h.tape}
	if _, err := (Wave{}).PCM(src, 10, "middle"); err == nil {
		t.Fatal("a third channel")
	}
	h.tape.stored = []byte("this is no recording, however long it may be; it has no header at all ....")
	for _, path := range []string{"/audio", "/peaks"} {
		if w := h.ask(http.MethodGet, h.recording()+path, "auditor", ""); w.Code != http.StatusInternalServerError || h.tape.closed == 0 {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	var _ httpapi.Wave = Wave{}
}
