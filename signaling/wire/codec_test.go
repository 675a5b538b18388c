package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

var update = flag.Bool("update", false, "write the golden files anew")

const protocolDoc = "../../docs/protocols/softphone.md"

func id(n byte) uuid.UUID { return uuid.UUID{0: n, 6: 0x40, 8: 0x80, 15: n} }

func commands() []CommandData {
	return []CommandData{
		&MediaOffer{SDP: "v=0\r\n", Restart: true},
		&AgentSet{State: "break", Reason: "lunch"},
		&CallDial{TaskID: id(1), ContactPointID: id(2), OverrideReason: "customer asked", RequestID: "d1"},
		&CallHangup{CallID: id(3)},
		&CallMute{CallID: id(3), Muted: true},
		&CallHold{CallID: id(3)},
		&CallResume{CallID: id(3)},
		&CallDTMF{CallID: id(3), Digits: "12#"},
		&CallPause{CallID: id(3), Reason: "other", Note: "account number"},
		&CallUnpause{CallID: id(3)},
		&MonitorStart{CallID: id(3), Mode: "whisper", Reason: "new agent"},
		&MonitorMode{CallID: id(3), Mode: "barge"},
		&MonitorStop{CallID: id(3)},
		&MonitorTakeOver{CallID: id(3), Reason: "complaint"},
		&OfferAccept{OfferID: id(6)},
		&OfferDecline{OfferID: id(6), Reason: "busy"},
		&TransferStart{CallID: id(3), ColleagueID: id(7), Consult: true, Note: "asks about the fees"},
		&TransferComplete{CallID: id(3)},
		&TransferThreeWay{CallID: id(3)},
		&TransferEnd{CallID: id(3)},
		&CallComplaint{CallID: id(3), Note: "delivered late"},
		&QualityReport{RTTMs: 18, JitterMs: 2.5, Lost: 1, Concealed: 160},
		&Ping{},
	}
}

func events() map[EventType]any {
	t0 := time.Date(2026, 11, 24, 2, 0, 0, 120e6, time.UTC)
	ring := t0.Add(time.Second)
	snapshot := &CallSnapshot{
		ID: id(3), TaskID: id(1), CustomerID: id(4), CustomerName: "王小明", MaskedNumber: "138****5678", ContactPointID: id(2),
		State: "ringing", Since: ring, StartedAt: t0, Direction: "outbound", Trunk: "main", Attempt: 1, RingingAt: &ring, RingingSignal: "180",
		MinRingMs: 20000, MaxRingMs: 45000, Recording: CallRecording{ID: id(5), State: "spooling"}, AgentConnected: true,
	}
	system := &System{
		Recorder: Recorder{OK: true}, Storage: Storage{Reachable: true, WORM: "enforced", ProbedAt: &t0, Encrypted: true, MissingKeys: []string{}},
		Trunks: []Trunk{{Name: "main", State: "up"}}, Calendar: Calendar{YearAnnounced: true}, Now: t0,
	}
	offer := &CallOffer{OfferID: id(6), Kind: "transfer", CallID: id(3), TaskID: id(1), Program: "delivery", Why: "asks about the fees", From: "Li", LastAt: &ring, LastBy: "Han", ExpiresAt: ring,
		Customer: OfferCustomer{ID: id(4), Name: "王小明", MaskedNumber: "138****5678", Language: "zh-CN"}}
	return map[EventType]any{
		TypeCallOffered:    offer,
		TypeCallOfferEnded: &CallOfferEnded{OfferID: id(6), Reason: "declined"},
		TypeHello: &Hello{
			Epoch: "e1", Seq: 41, SessionID: id(9), Agent: AgentState{State: "ready", Since: t0},
			Media: Media{State: "none", ICEServers: []ICEServer{}}, Call: snapshot, Offer: offer, System: *system,
		},
		TypeReply: &Reply{ID: "c1", Error: &Problem{
			Type: "about:blank", Title: "Conflict", Status: 409, Detail: "too short", Code: "refused", Rule: "T-03",
			Reason: "ring_too_short", Params: map[string]any{"seconds_left": 7.0}, AllowedAt: &ring,
		}},
		TypeAgentState:     &AgentState{State: "calling", Since: t0},
		TypeMediaState:     &MediaState{State: "connected"},
		TypeCallState:      snapshot,
		TypeCallQuality:    &CallQuality{CallID: id(3), Agent: LegQuality{MOS: 4.4, LastPacketMs: 20, Packets: 9}, OneWay: "customer"},
		TypeRecordingState: &RecordingState{RecordingID: id(5), CallID: id(3), State: "verified"},
		TypeTaskChanged:    &TaskChanged{TaskID: id(1)},
		TypeSystemChanged:  system,
		TypeNotice:         &Notice{Code: "recording_failed", Params: map[string]any{"n": 1.0}},
	}
}

// golden compares a frame with its file, or writes the file.
func golden(t *testing.T, name string, frame []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, frame, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("%s is now\n%s", path, pretty.Bytes())
	}
}

func TestCommands_KeepTheirFormAndComeBackWhole(t *testing.T) {
	t.Parallel()
	seen := map[CommandType]bool{}
	for _, data := range commands() {
		seen[data.Type()] = true
		frame, err := EncodeCommand(Command{ID: "c1", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "command."+string(data.Type()), frame)
		back, err := DecodeCommand(frame)
		if err != nil {
			t.Fatalf("%s: %v", data.Type(), err)
		}
		if !reflect.DeepEqual(back, Command{ID: "c1", Data: data}) {
			t.Errorf("%s came back as %+v", data.Type(), back.Data)
		}
	}
	for _, want := range CommandTypes() {
		if !seen[want] {
			t.Errorf("no golden file for command %s", want)
		}
	}
}

func TestEvents_KeepTheirFormAndComeBackWhole(t *testing.T) {
	t.Parallel()
	all := events()
	for _, kind := range EventTypes() {
		frame, err := EncodeEvent(42, kind, all[kind])
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "event."+string(kind), frame)
		e, err := DecodeEvent(frame)
		if err != nil || e.Seq != 42 || e.Type != kind {
			t.Fatalf("%s: %+v %v", kind, e, err)
		}
		data, err := e.Decode()
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if !reflect.DeepEqual(data, all[kind]) {
			t.Errorf("%s came back as %+v", kind, data)
		}
	}
}

func TestDecodeCommand_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const call = `"call_id":"01000000-0000-4000-8000-000000000001"`
	for name, row := range map[string]struct{ frame, id, reason, detail string }{
		"no JSON":            {`{`, "", "malformed", "EOF"},
		"no object":          {`[]`, "", "invalid_value", "array"},
		"text after it":      {`{"id":"c","type":"ping"} x`, "", "malformed", ""},
		"two values":         {`{"id":"c","type":"ping"}{}`, "", "malformed", "after"},
		"unknown envelope":   {`{"id":"c","type":"ping","seq":1}`, "", "unknown_field", "seq"},
		"no id":              {`{"type":"ping"}`, "", "invalid_value", "id"},
		"long id":            {`{"id":"` + strings.Repeat("x", 65) + `","type":"ping"}`, "", "invalid_value", "id"},
		"unknown command":    {`{"id":"c","type":"call.transfer"}`, "c", "unknown_type", "call.transfer"},
		"unknown field":      {`{"id":"c","type":"call.hold","data":{` + call + `,"x":1}}`, "c", "unknown_field", "x"},
		"wrong kind":         {`{"id":"c","type":"call.mute","data":{` + call + `,"muted":"yes"}}`, "c", "invalid_value", "muted"},
		"no call":            {`{"id":"c","type":"call.hold"}`, "c", "invalid_value", "call_id"},
		"malformed id":       {`{"id":"c","type":"call.hold","data":{"call_id":"12"}}`, "c", "invalid_value", "UUID"},
		"state of the house": {`{"id":"c","type":"agent.set","data":{"state":"calling"}}`, "c", "invalid_value", "ready"},
		"letters as digits":  {`{"id":"c","type":"call.dtmf","data":{` + call + `,"digits":"1a"}}`, "c", "invalid_value", "digits"},
		"no digits":          {`{"id":"c","type":"call.dtmf","data":{` + call + `,"digits":""}}`, "c", "invalid_value", "digits"},
		"no offer":           {`{"id":"c","type":"media.offer","data":{}}`, "c", "invalid_value", "sdp"},
		"dial without all":   {`{"id":"c","type":"call.dial","data":{}}`, "c", "invalid_value", "request_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeCommand([]byte(row.frame))
			var bad *DecodeError
			if !errors.As(err, &bad) {
				t.Fatalf("want a decode error, got %v", err)
			}
			if bad.ID != row.id || bad.Reason != row.reason || !strings.Contains(bad.Detail, row.detail) {
				t.Fatalf("id %q, reason %s, detail %s", bad.ID, bad.Reason, bad.Detail)
			}
		})
	}
}

func TestDecodeEvent_UnknownFieldsAndTypesAreErrors(t *testing.T) {
	t.Parallel()
	e, err := DecodeEvent([]byte(`{"seq":1,"type":"media.state","data":{"state":"none","since":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Decode(); err == nil || !strings.Contains(err.Error(), "since") {
		t.Fatalf("unknown field: %v", err)
	}
	if _, err := (Event{Type: "call.moved"}).Decode(); err == nil || !strings.Contains(err.Error(), "call.moved") {
		t.Fatalf("unknown type: %v", err)
	}
}

func TestDoc_NamesEveryTypeAndItsExamplesAreTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(protocolDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() && !strings.Contains(doc, "`"+spec.Name.Name+"`") {
				t.Errorf("softphone.md does not name %s", spec.Name.Name)
			}
			return true
		})
	}
	examples := map[string]bool{}
	for _, m := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		examples[checkExample(t, m[1])] = true
	}
	for _, k := range CommandTypes() {
		if !examples[string(k)] {
			t.Errorf("no example of command %s", k)
		}
	}
	for _, k := range EventTypes() {
		if !examples[string(k)] {
			t.Errorf("no example of event %s", k)
		}
	}
}

// checkExample decodes an example strictly and gives its type.
func checkExample(t *testing.T, text string) string {
	t.Helper()
	if strings.HasPrefix(text, `{"id"`) {
		c, err := DecodeCommand([]byte(text))
		if err != nil {
			t.Errorf("%v in %s", err, text)
			return ""
		}
		return string(c.Data.Type())
	}
	e, err := DecodeEvent([]byte(text))
	if err == nil {
		_, err = e.Decode()
	}
	if err != nil {
		t.Errorf("%v in %s", err, text)
	}
	return string(e.Type)
}
