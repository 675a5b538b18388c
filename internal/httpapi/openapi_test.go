package httpapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const goldenDocument = "../../docs/openapi.json"

func TestOpenAPI_CommittedCopyIsCurrent(t *testing.T) {
	t.Parallel()
	h := NewServer(Deps{Softphone: nil, Config: Config{Version: "1"}})
	got := fetch(t, h, "/api/openapi.json")
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, got, "", " "); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(goldenDocument, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenDocument)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Fatal("docs/openapi.json differs from the code: run go test ./internal/httpapi -update")
	}
}
