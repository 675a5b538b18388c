package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
)

// The types that are taken, a closed set: what a browser or an office opens
// without running it.
const (
	TypePDF  = "application/pdf"
	TypePNG  = "image/png"
	TypeJPEG = "image/jpeg"
	TypeGIF  = "image/gif"
	TypeWebP = "image/webp"
	TypeHEIC = "image/heic"
	TypeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TypePPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	TypeODT  = "application/vnd.oasis.opendocument.text"
	TypeODS  = "application/vnd.oasis.opendocument.spreadsheet"
	TypeWAV  = "audio/wav"
	TypeMP3  = "audio/mpeg"
	TypeM4A  = "audio/mp4"
	TypeOGG  = "audio/ogg"
	TypeAMR  = "audio/amr"
)

// Types lists the closed set.
func Types() []string {
	return []string{TypePDF, TypePNG, TypeJPEG, TypeGIF, TypeWebP, TypeHEIC, TypeDOCX, TypeXLSX, TypePPTX, TypeODT, TypeODS, TypeWAV, TypeMP3, TypeM4A, TypeOGG, TypeAMR}
}

// Sniff says by its content of which type a file is; the empty word means none
// that is taken. Office documents with macros are none.
func Sniff(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte("#!AMR\n")), bytes.HasPrefix(content, []byte("#!AMR-WB\n")):
		return TypeAMR
	case len(content) > 12 && string(content[4:8]) == "ftyp":
		return sniffBoxes(string(content[8:12]))
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return sniffOffice(content)
	case frameOfMP3(content):
		return TypeMP3
	}
	switch t := http.DetectContentType(content); t {
	case TypePDF, TypePNG, TypeJPEG, TypeGIF, TypeWebP, TypeMP3:
		return t
	case "audio/wave":
		return TypeWAV
	case "application/ogg":
		return TypeOGG
	}
	return ""
}

// sniffBoxes goes by the major brand of an ISO base media file (ISO/IEC 14496-12).
func sniffBoxes(brand string) string {
	switch brand {
	case "heic", "heix", "mif1":
		return TypeHEIC
	case "M4A ", "M4B ":
		return TypeM4A
	}
	return ""
}

// frameOfMP3 knows a frame header of MPEG-1 or 2 layer III without an ID3 tag.
func frameOfMP3(b []byte) bool {
	return len(b) > 4 && b[0] == 0xFF && b[1]&0xE6 == 0xE2 && b[2]>>4 != 0xF && b[2]>>4 != 0 && b[2]>>2&3 != 3
}

// maxParts bounds the directory of an office document.
const maxParts = 10_000

// sniffOffice looks into the directory of a ZIP file (ECMA-376, OpenDocument).
func sniffOffice(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) > maxParts {
		return ""
	}
	kind, described := "", false
	var odf *zip.File
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"), strings.HasPrefix(name, "basic/"), strings.HasPrefix(name, "scripts/"):
			return ""
		case name == "[content_types].xml":
			described = true
		case name == "word/document.xml":
			kind = TypeDOCX
		case name == "xl/workbook.xml":
			kind = TypeXLSX
		case name == "ppt/presentation.xml":
			kind = TypePPTX
		case name == "mimetype":
			odf = f
		}
	}
	switch {
	case odf != nil:
		return openDocument(odf)
	case described:
		return kind
	}
	return ""
}

// openDocument reads the type that an OpenDocument file says itself.
func openDocument(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(r, 100))
	if err != nil {
		return ""
	}
	switch t := string(b); t {
	case TypeODT, TypeODS:
		return t
	}
	return ""
}
