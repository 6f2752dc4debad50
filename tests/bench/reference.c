/* Plain C for the benchmark: the loop that a C programmer writes, one sample an update, no tricks.

   Sigmoid layers without bias, cross-entropy with eps, SGD or Adam (clock "epoch", eps outside the
   root). Sizes are known at run time only. W_1 … W_K stand one after the other in theta, each
   (n_out, n_in), and are trained in place. */

#include <math.h>
#include <stdlib.h>

#define EPS 1e-9

static void forward(int n_in, int n_out, const double *restrict W, const double *restrict a,
                    double *restrict out)
{
    for (int j = 0; j < n_out; j++) {
        double z = 0;
        for (int i = 0; i < n_in; i++) z += W[j * n_in + i] * a[i];
        out[j] = 1 / (1 + exp(-z));
    }
}

static void backward(int n_in, int n_out, const double *restrict W, const double *restrict a,
                     const double *restrict delta, double *restrict below)
{
    for (int i = 0; i < n_in; i++) below[i] = 0;
    for (int j = 0; j < n_out; j++)
        for (int i = 0; i < n_in; i++) below[i] += delta[j] * W[j * n_in + i];
    for (int i = 0; i < n_in; i++) below[i] *= a[i] * (1 - a[i]);
}

static void sgd(int n_in, int n_out, double *restrict W, const double *restrict a,
                const double *restrict delta, double lr)
{
    for (int j = 0; j < n_out; j++)
        for (int i = 0; i < n_in; i++) W[j * n_in + i] -= lr * delta[j] * a[i];
}

struct adam { double beta1, beta2, eps, power1, power2; };

static void adam(int n_in, int n_out, double *restrict W, double *restrict m, double *restrict s,
                 const double *restrict a, const double *restrict delta, double lr, struct adam o)
{
    for (int j = 0; j < n_out; j++)
        for (int i = 0; i < n_in; i++) {
            int p = j * n_in + i;
            double g = delta[j] * a[i];
            m[p] = o.beta1 * m[p] + (1 - o.beta1) * g;
            s[p] = o.beta2 * s[p] + (1 - o.beta2) * g * g;
            W[p] -= lr * (m[p] / (1 - o.power1)) / (sqrt(s[p] / (1 - o.power2)) + o.eps);
        }
}

void train(int layers, const int *sizes, double *theta, int n, const double *X, const double *y,
           int epochs, const double *rates, int with_adam, double beta1, double beta2, double eps)
{
    int units = 0, count = 0;
    for (int l = 0; l <= layers; l++) units += sizes[l];
    for (int l = 0; l < layers; l++) count += sizes[l] * sizes[l + 1];
    double *A = calloc(units, sizeof *A), *delta = calloc(units, sizeof *delta);
    double *m = calloc(count, sizeof *m), *s = calloc(count, sizeof *s);
    struct adam o = {beta1, beta2, eps, 1, 1};

    for (int epoch = 0; epoch < epochs; epoch++) {
        double lr = rates[epoch];
        o.power1 *= beta1;
        o.power2 *= beta2;
        for (int k = 0; k < n; k++) {
            int u = 0, w = 0; /* where a layer's units and weights begin */
            for (int i = 0; i < sizes[0]; i++) A[i] = X[k * sizes[0] + i];
            for (int l = 0; l < layers; l++) {
                forward(sizes[l], sizes[l + 1], theta + w, A + u, A + u + sizes[l]);
                u += sizes[l];
                w += sizes[l] * sizes[l + 1];
            }
            double out = A[u];
            delta[u] = ((1 - y[k]) / (1 - out + EPS) - y[k] / (out + EPS)) * (out * (1 - out));
            for (int l = layers - 1; l >= 0; l--) {
                int n_in = sizes[l], n_out = sizes[l + 1];
                double *above = delta + u;
                u -= n_in;
                w -= n_in * n_out;
                if (l > 0) backward(n_in, n_out, theta + w, A + u, above, delta + u);
                if (with_adam)
                    adam(n_in, n_out, theta + w, m + w, s + w, A + u, above, lr, o);
                else
                    sgd(n_in, n_out, theta + w, A + u, above, lr);
            }
        }
    }
    free(A);
    free(delta);
    free(m);
    free(s);
}
