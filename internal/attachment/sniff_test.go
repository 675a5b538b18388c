package attachment

import (
	"archive/zip"
	"bytes"
	"testing"
)

// pack makes a ZIP file of empty parts; a part may have content after a "=".
func pack(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		name, content, _ := bytes.Cut([]byte(p), []byte("="))
		w, err := z.Create(string(name))
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSniff_GoesByTheContent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"PDF", []byte("%PDF-1.7\n"), TypePDF},
		{"PNG", []byte("\x89PNG\x0D\x0A\x1A\x0A...."), TypePNG},
		{"JPEG", []byte("\xFF\xD8\xFF\xE0 JFIF"), TypeJPEG},
		{"GIF", []byte("GIF89a......"), TypeGIF},
		{"WebP", []byte("RIFF\x10\x00\x00\x00WEBPVP8 "), TypeWebP},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), TypeHEIC},
		{"M4A", []byte("\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00"), TypeM4A},
		{"film", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), ""},
		{"WAV", []byte("RIFF\x24\x00\x00\x00WAVEfmt "), TypeWAV},
		{"MP3 with a tag", []byte("ID3\x04\x00\x00\x00\x00\x00\x00"), TypeMP3},
		{"MP3 without", []byte("\xFF\xFB\x90\x64\x00\x00"), TypeMP3},
		{"OGG", []byte("OggS\x00\x02\x00\x00"), TypeOGG},
		{"AMR", []byte("#!AMR\n\x3c"), TypeAMR},
		{"Word", pack(t, "[Content_Types].xml", "word/document.xml"), TypeDOCX},
		{"Excel", pack(t, "[Content_Types].xml", "xl/workbook.xml"), TypeXLSX},
		{"PowerPoint", pack(t, "[Content_Types].xml", "ppt/presentation.xml"), TypePPTX},
		{"Word with macros", pack(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""},
		{"OpenDocument text", pack(t, "mimetype="+TypeODT, "content.xml"), TypeODT},
		{"OpenDocument with macros", pack(t, "mimetype="+TypeODT, "content.xml", "Basic/script-lc.xml"), ""},
		{"any ZIP", pack(t, "run.exe"), ""},
		{"half a Word file", pack(t, "[Content_Types].xml", "word/document.xml")[:60], ""},
		{"old Word", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ""},
		{"web page", []byte("<!DOCTYPE html><script>"), ""},
		{"drawing that can run", []byte(`<?xml version="1.0"?><svg onload="x">`), ""},
		{"program", []byte("MZ\x90\x00"), ""},
		{"text", []byte("name,phone\n"), ""},
		{"UTF-16 text, which begins like a frame of sound", []byte("\xFF\xFEh\x00i\x00"), ""},
		{"nothing", nil, ""},
	} {
		if got := Sniff(row.content); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestBaseName_IsAName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`C:\用户\合同.pdf`: "合同.pdf", "../../etc/passwd": "passwd", "a\r\nSet-Cookie: x.pdf": "aSet-Cookie: x.pdf", "fdp.\u202etxt": "fdp.txt", "/": "", "": "", " x ": "x",
	} {
		if got := baseName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzSniff: whatever is uploaded, it gets a type that is taken or none.
func FuzzSniff(f *testing.F) {
	f.Add([]byte("%PDF-1.7"))
	f.Add(pack(f, "[Content_Types].xml", "word/document.xml"))
	f.Add(pack(f, "mimetype="+TypeODS))
	taken := map[string]bool{"": true}
	for _, t := range Types() {
		taken[t] = true
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := Sniff(b); !taken[got] {
			t.Errorf("%q", got)
		}
	})
}
