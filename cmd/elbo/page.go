package main

import (
	"encoding/base64"
	"html/template"
	"io"
)

// page is the report of the demo: one file, its pictures inside it.
type page struct {
	Title    string
	Intro    string
	Sections []section
}

type section struct {
	Title    string
	Text     []string
	Pictures []picture
}

type picture struct {
	Caption string
	PNG     []byte
}

// Source returns the picture as a data URL.
func (p picture) Source() template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(p.PNG))
}

var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { line-height: 1.2; }
p { max-width: 45rem; }
figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top; }
figure img { max-width: 29rem; width: 100%; border: 1px solid #ddd; }
figcaption { font-size: 0.875rem; color: #555; max-width: 29rem; }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
<p>{{.Intro}}</p>
{{range .Sections}}<section>
<h2>{{.Title}}</h2>
{{range .Text}}<p>{{.}}</p>
{{end}}{{range .Pictures}}<figure><img src="{{.Source}}" alt="{{.Caption}}"><figcaption>{{.Caption}}</figcaption></figure>
{{end}}</section>
{{end}}</body>
</html>
`))

func (p *page) render(w io.Writer) error { return pageTemplate.Execute(w, p) }
