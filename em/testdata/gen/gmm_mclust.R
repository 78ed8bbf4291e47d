# Writes testdata/gmm/*_mclust.json: mixtures of Gaussians after some iterations of EM by mclust, from a start of its own: an
# M-step from a partition into runs along the first column. See gmm_sklearn.py, which writes the data and comes first.
suppressPackageStartupMessages(library(mclust))

iterations <- 12
models <- c(full = "VVV", tied = "EEE", diag = "VVI", spherical = "VII")
sizes <- c(faithful = 2, iris = 3, wine = 3, digits = 6)

array <- function(v) paste0("[", paste(sprintf("%.17g", v), collapse = ","), "]")

# K matrices, row by row.
matrices <- function(p, k, d) {
  s <- p$variance$sigma
  unlist(lapply(seq_len(k), function(i) as.vector(t(s[, , i]))))
}

for (name in names(sizes)) {
  x <- as.matrix(read.csv(file.path("..", "gmm", paste0(name, ".csv")), header = FALSE))
  k <- sizes[[name]]
  labels <- ceiling(rank(x[, 1], ties.method = "first") * k / nrow(x))
  cases <- character()
  for (covariance in names(models)) {
    model <- models[[covariance]]
    start <- mstep(data = x, modelName = model, z = unmap(labels))$parameters
    p <- start
    for (i in seq_len(iterations)) {
      z <- estep(data = x, modelName = model, parameters = p)$z
      p <- mstep(data = x, modelName = model, z = z)$parameters
    }
    log_density <- dens(data = x, modelName = model, parameters = p, logarithm = TRUE)
    total <- sum(log_density)
    free <- nMclustParams(model, ncol(x), k)
    cases <- c(cases, paste0(
      '{"covariance":"', covariance, '","iterations":', iterations,
      ',"weights":', array(start$pro), ',"means":', array(as.vector(start$mean)), ',"covariances":', array(matrices(start, k, ncol(x))),
      ',"logDensity":', array(log_density),
      ',"fittedWeights":', array(p$pro), ',"fittedMeans":', array(as.vector(p$mean)), ',"fittedCovariances":', array(matrices(p, k, ncol(x))),
      ',"bic":', sprintf("%.17g", -2 * total + free * log(nrow(x))), ',"aic":', sprintf("%.17g", -2 * total + 2 * free), "}"
    ))
  }
  writeLines(
    paste0('{"source":"mclust ', packageVersion("mclust"), '","k":', k, ',"cases":[', paste(cases, collapse = ","), "]}"),
    file.path("..", "gmm", paste0(name, "_mclust.json"))
  )
}
